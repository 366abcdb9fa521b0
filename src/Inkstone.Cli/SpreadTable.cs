using System.Globalization;
using Inkstone.Evaluating;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Metrics of several runs side by side, with mean and standard deviation.</summary>
internal static class SpreadTable
{
    private static readonly string[] Shown = ["accuracy", MetricName.F1Macro, MetricName.Loss];

    public static void Show(IAnsiConsole console, string what, IReadOnlyList<string> runs, IReadOnlyDictionary<string, MetricSpread> spreads) =>
        FittedTable.Show(console, () => Of(what, runs, spreads, isNarrow: false), () => Of(what, runs, spreads, isNarrow: true));

    private static Table Of(string what, IReadOnlyList<string> runs, IReadOnlyDictionary<string, MetricSpread> spreads, bool isNarrow)
    {
        var table = FittedTable.Create(isNarrow, what, Shown);
        for (var run = 0; run < runs.Count; run++)
        {
            table.AddRow([Markup.Escape(runs[run]), .. Shown.Select(name => Number(spreads[name].Values[run]))]);
        }

        if (isNarrow)
        {
            table.AddRow(["mean", .. Shown.Select(name => Number(spreads[name].Mean))]);
            table.AddRow(["sd", .. Shown.Select(name => Number(spreads[name].Sd))]);
        }
        else
        {
            table.AddRow(["mean ± sd", .. Shown.Select(name => $"{Number(spreads[name].Mean)} ± {Number(spreads[name].Sd)}")]);
        }

        return table;
    }

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
