using System.Globalization;
using Inkstone.Evaluating;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>An evaluation as a person reads it: headline, classes, confusion.</summary>
internal static class MetricsTable
{
    /// <summary>Classes that still fit side by side; laying out wider tables takes minutes, and confusion.csv has them.</summary>
    private const int WidestConfusion = 16;

    public static void Show(IAnsiConsole console, ClassificationMetrics metrics, string split)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{split}: {metrics.Samples} rows, accuracy {Number(metrics.Accuracy)}, macro-F1 {Number(metrics.MacroF1)}, loss {Number(metrics.Loss)}"));
        console.Write(PerClass(metrics));
        if (metrics.Labels.Count <= WidestConfusion)
        {
            console.Write(Confusion(metrics));
        }
    }

    private static Table PerClass(ClassificationMetrics metrics)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("class");
        foreach (var title in new[] { "precision", "recall", "F1", "rows" })
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var of in metrics.PerClass)
        {
            table.AddRow(Markup.Escape(of.Label), Number(of.Precision), Number(of.Recall), Number(of.F1), of.Support.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static Table Confusion(ClassificationMetrics metrics)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("true \\ predicted");
        foreach (var label in metrics.Labels)
        {
            table.AddColumn(new TableColumn(Markup.Escape(label)).RightAligned());
        }

        for (var row = 0; row < metrics.Labels.Count; row++)
        {
            table.AddRow([Markup.Escape(metrics.Labels[row]), .. Enumerable.Range(0, metrics.Labels.Count).Select(column => metrics.Confusion[row, column].ToString(CultureInfo.InvariantCulture))]);
        }

        return table;
    }

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
