using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Comparing;

/// <summary>Writes <c>evaluation/baseline.json</c> of a run, and what <c>compare --format json</c> prints.</summary>
public static class ComparisonJson
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An encoder beside its baseline: <c>{"split", "samples", "baseline": {"accuracy", "f1_macro"}, "difference": {…}, "seen", "unseen_difference": null or {…}, "sentence"}</c>.</summary>
    public static void Write(Stream stream, BesideBaseline beside) => JsonSerializer.Serialize(
        stream,
        new
        {
            beside.Evaluation.Split,
            beside.Comparison.All.Samples,
            Baseline = new { beside.Evaluation.Metrics.Accuracy, F1Macro = beside.Evaluation.Metrics.MacroF1 },
            Difference = FormOf(beside.Comparison.All),
            beside.Comparison.Seen,
            UnseenDifference = FormOf(beside.Comparison.Unseen),
            beside.Sentence,
        },
        Readable);

    /// <summary>Runs against the first of them: <c>{"samples", "runs": [{"run", "accuracy", "f1_macro", "intervals", "against_first": null or {…}, "seen", "unseen_against_first": null or {…}, "sentence"}]}</c>.</summary>
    public static string Of(RunComparison comparison) => JsonSerializer.Serialize(
        new
        {
            comparison.Samples,
            Runs = comparison.Runs.Select((run, index) => new
            {
                Run = run.Name,
                run.Accuracy,
                F1Macro = run.MacroF1,
                Intervals = new { Accuracy = EndsOf(run.Intervals.Accuracy), F1Macro = EndsOf(run.Intervals.MacroF1), run.Intervals.Undefined },
                AgainstFirst = index == 0 ? null : FormOf(comparison.AgainstFirst[index - 1].All),
                Seen = index == 0 ? null : (int?)comparison.AgainstFirst[index - 1].Seen,
                UnseenAgainstFirst = index == 0 ? null : FormOf(comparison.AgainstFirst[index - 1].Unseen),
                Sentence = index == 0 ? null : comparison.Sentence(index),
            }),
        },
        Readable);

    private static object? FormOf(PairedComparison? comparison) => comparison is null ? null : new
    {
        comparison.Samples,
        comparison.Accuracy,
        AccuracyInterval = EndsOf(comparison.AccuracyInterval),
        F1Macro = comparison.MacroF1,
        F1MacroInterval = EndsOf(comparison.MacroF1Interval),
        comparison.OnlyFirstRight,
        comparison.OnlySecondRight,
        comparison.Disagreements,
        McnemarP = comparison.McNemarP,
        comparison.AccuracyStands,
        F1MacroStands = comparison.MacroF1Stands,
    };

    private static double[]? EndsOf(Evaluating.Interval? interval) => interval is { } ends ? [ends.Low, ends.High] : null;
}
