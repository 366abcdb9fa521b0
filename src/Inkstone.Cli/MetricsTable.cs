using System.Globalization;
using Inkstone.Evaluating;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>An evaluation as a person reads it: headline, classes, confusion.</summary>
internal static class MetricsTable
{
    /// <summary>Classes that still fit side by side; laying out wider tables takes minutes, and confusion.csv has them.</summary>
    private const int WidestConfusion = 16;

    /// <summary>Classes that a screen shows; of more, the worst.</summary>
    private const int MostClasses = 24;

    public static void Show(IAnsiConsole console, ClassificationMetrics metrics, string split)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{split}: {Rows(metrics.Samples)}, accuracy {Number(metrics.Accuracy)}, macro-F1 {Number(metrics.MacroF1)}, loss {Number(metrics.Loss)}"));
        if (metrics.Intervals is { Accuracy: { } accuracy, MacroF1: { } macroF1 })
        {
            console.WriteLine($"  95 % intervals: accuracy {Number(accuracy.Low)} to {Number(accuracy.High)}, macro-F1 {Number(macroF1.Low)} to {Number(macroF1.High)}");
        }

        if (metrics is { Seen: { Samples: > 0 } seen, Unseen: { } unseen })
        {
            ShowPart(console, "seen in training", seen);
            ShowPart(console, "unseen", unseen);
        }

        FittedTable.Show(console, () => PerClass(metrics, isNarrow: false), () => PerClass(metrics, isNarrow: true));
        if (metrics.Labels.Count > MostClasses)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  The {MostClasses} classes of lowest F1; metrics.json has the other {metrics.Labels.Count - MostClasses}."));
        }

        if (metrics.Labels.Count <= WidestConfusion)
        {
            FittedTable.Show(console, () => Confusion(metrics, isNarrow: false), () => Confusion(metrics, isNarrow: true));
        }
    }

    /// <summary>The linear baseline in two lines, behind the encoder's numbers.</summary>
    public static void Show(IAnsiConsole console, BesideBaseline beside)
    {
        var metrics = beside.Evaluation.Metrics;
        console.WriteLine($"baseline (linear, character n-grams): accuracy {Number(metrics.Accuracy)}, macro-F1 {Number(metrics.MacroF1)}");
        console.WriteLine($"  {beside.Sentence}");
    }

    private static Table PerClass(ClassificationMetrics metrics, bool isNarrow)
    {
        var table = FittedTable.Create(isNarrow, "class", isNarrow ? "prec." : "precision", "recall", "F1", "rows");
        foreach (var of in Shown(metrics))
        {
            table.AddRow(Markup.Escape(of.Label), Number(of.Precision), Number(of.Recall), Number(of.F1), of.Support.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static void ShowPart(IAnsiConsole console, string name, ClassificationMetrics part) => console.WriteLine(part.Samples == 0
        ? $"  {name}: no rows"
        : string.Create(CultureInfo.InvariantCulture, $"  {name}: {Rows(part.Samples)}, accuracy {Number(part.Accuracy)}, macro-F1 {Number(part.MacroF1)}"));

    private static string Rows(int count) => count == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{count} rows");

    private static IEnumerable<ClassMetrics> Shown(ClassificationMetrics metrics) =>
        metrics.Labels.Count <= MostClasses ? metrics.PerClass : metrics.PerClass.OrderBy(of => of.F1).Take(MostClasses);

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
