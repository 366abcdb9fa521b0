using System.Globalization;
using Inkstone.Evaluating;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Metrics of several runs side by side, with mean and standard deviation.</summary>
internal static class SpreadTable
{
    private static readonly string[] Shown = ["accuracy", MetricName.F1Macro, MetricName.Loss];

    public static void Show(IAnsiConsole console, string what, IReadOnlyList<string> runs, IReadOnlyDictionary<string, MetricSpread> spreads)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(what);
        foreach (var name in Shown)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        for (var run = 0; run < runs.Count; run++)
        {
            table.AddRow([Markup.Escape(runs[run]), .. Shown.Select(name => Number(spreads[name].Values[run]))]);
        }

        table.AddRow(["mean ± sd", .. Shown.Select(name => $"{Number(spreads[name].Mean)} ± {Number(spreads[name].Sd)}")]);
        console.Write(table);
    }

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
