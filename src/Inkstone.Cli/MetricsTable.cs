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
            $"{split}: {metrics.Samples} rows, accuracy {Number(metrics.Accuracy)}, macro-F1 {Number(metrics.MacroF1)}, loss {Number(metrics.Loss)}"));
        if (metrics.Intervals is { Accuracy: { } accuracy, MacroF1: { } macroF1 })
        {
            console.WriteLine($"  95 % intervals: accuracy {Number(accuracy.Low)} to {Number(accuracy.High)}, macro-F1 {Number(macroF1.Low)} to {Number(macroF1.High)}");
        }

        if (metrics is { Seen: { Samples: > 0 } seen, Unseen: { } unseen })
        {
            ShowPart(console, "seen in training", seen);
            ShowPart(console, "unseen", unseen);
        }

        console.Write(PerClass(metrics));
        if (metrics.Labels.Count > MostClasses)
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  The {MostClasses} classes of lowest F1; metrics.json has the other {metrics.Labels.Count - MostClasses}."));
        }

        if (metrics.Labels.Count <= WidestConfusion)
        {
            console.Write(Confusion(metrics));
        }
    }

    /// <summary>The linear baseline in two lines, behind the encoder's numbers.</summary>
    public static void Show(IAnsiConsole console, BesideBaseline beside)
    {
        var metrics = beside.Evaluation.Metrics;
        console.WriteLine($"baseline (linear, character n-grams): accuracy {Number(metrics.Accuracy)}, macro-F1 {Number(metrics.MacroF1)}");
        console.WriteLine($"  {beside.Comparison.Sentence("the baseline", "The encoder")}");
    }

    private static Table PerClass(ClassificationMetrics metrics)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("class");
        foreach (var title in new[] { "precision", "recall", "F1", "rows" })
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var of in Shown(metrics))
        {
            table.AddRow(Markup.Escape(of.Label), Number(of.Precision), Number(of.Recall), Number(of.F1), of.Support.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static void ShowPart(IAnsiConsole console, string name, ClassificationMetrics part) => console.WriteLine(part.Samples == 0
        ? $"  {name}: no rows"
        : string.Create(CultureInfo.InvariantCulture, $"  {name}: {part.Samples} rows, accuracy {Number(part.Accuracy)}, macro-F1 {Number(part.MacroF1)}"));

    private static IEnumerable<ClassMetrics> Shown(ClassificationMetrics metrics) =>
        metrics.Labels.Count <= MostClasses ? metrics.PerClass : metrics.PerClass.OrderBy(of => of.F1).Take(MostClasses);

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
