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
        FittedTable.Show(console, () => PerClass(metrics, isNarrow: false), () => PerClass(metrics, isNarrow: true));
        if (metrics.Labels.Count <= WidestConfusion)
        {
            FittedTable.Show(console, () => Confusion(metrics, isNarrow: false), () => Confusion(metrics, isNarrow: true));
        }
    }

    private static Table PerClass(ClassificationMetrics metrics, bool isNarrow)
    {
        var table = FittedTable.Create(isNarrow, "class", isNarrow ? "prec." : "precision", "recall", "F1", "rows");
        foreach (var of in metrics.PerClass)
        {
            table.AddRow(Markup.Escape(of.Label), Number(of.Precision), Number(of.Recall), Number(of.F1), of.Support.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    /// <summary>Where there is little room, columns have the labels' numbers, which stand before their names.</summary>
    private static Table Confusion(ClassificationMetrics metrics, bool isNarrow)
    {
        var ids = Enumerable.Range(0, metrics.Labels.Count).ToArray();
        var table = FittedTable.Create(isNarrow, "true \\ predicted", ids.Select(id => isNarrow ? Number(id) : metrics.Labels[id]));
        foreach (var actual in ids)
        {
            table.AddRow([Markup.Escape((isNarrow ? $"{Number(actual)} " : "") + metrics.Labels[actual]), .. ids.Select(predicted => Number(metrics.Confusion[actual, predicted]))]);
        }

        return table;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
