using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Comparing;
using Inkstone.Evaluating;

namespace Inkstone.Reporting.Findings;

/// <summary>By how much one setting's macro-F1 is above another's, and whether chance alone would do that.</summary>
/// <param name="By">The difference, 0 to 1.</param>
/// <param name="Interval">Where it lies in 95 of 100 cases; null where that cannot be said.</param>
/// <param name="Stands">Whether it is more than chance.</param>
/// <param name="Basis">What the interval rests on, or why there is none.</param>
internal sealed record ScoreDifference(double By, Interval? Interval, bool Stands, ScoreBasis Basis)
{
    /// <summary><c>1.2 points (95 % interval -0.4 to +2.8; 3 runs each): chance may explain it</c>.</summary>
    public override string ToString()
    {
        var points = string.Create(CultureInfo.InvariantCulture, $"{100 * By:0.0;-0.0;0.0} points of macro-F1");
        return Interval is { } ends
            ? string.Create(CultureInfo.InvariantCulture, $"{points} (95 % interval {100 * ends.Low:+0.0;-0.0;0.0} to {100 * ends.High:+0.0;-0.0;0.0}; {Basis}): {(Stands ? "the difference stands" : "chance may explain it")}")
            : $"{points}; whether that is more than chance was not measured ({Basis})";
    }

    /// <summary>How the first, which comes first by the validation rows, stands to the second: <c>before SECOND by …</c>, or chosen though behind it.</summary>
    public static string Between(SettingRuns first, SettingRuns second, string nameOfSecond) => first.Mean >= second.Mean
        ? $"before {nameOfSecond} by {Of(first, second)}"
        : $"chosen by validation, though on the judged rows behind {nameOfSecond} by {Of(second, first)}";

    /// <summary>The first less the second.</summary>
    /// <remarks>
    /// Of several runs each, Welch's interval over the runs. Of one run each, judged on the same rows, the paired bootstrap over rows, which knows
    /// nothing of what another seed would do.
    /// </remarks>
    public static ScoreDifference Of(SettingRuns first, SettingRuns second)
    {
        var by = first.Mean - second.Mean;
        if (first.Deviation is { } firstDeviation && second.Deviation is { } secondDeviation)
        {
            var (a, b) = (firstDeviation * firstDeviation / first.Runs.Count, secondDeviation * secondDeviation / second.Runs.Count);
            var basis = new ScoreBasis(a + b == 0 ? ScoreBasisKind.RunsAllAlike : ScoreBasisKind.Runs, first.Runs.Count, second.Runs.Count);
            var degrees = a + b == 0 ? 1 : (a + b) * (a + b) / ((a * a / (first.Runs.Count - 1)) + (b * b / (second.Runs.Count - 1)));
            var half = StudentT.At95(degrees) * Math.Sqrt(a + b);
            var interval = new Interval(by - half, by + half);
            return a + b == 0 ? new(by, null, Stands: false, basis) : new(by, interval, interval.ExcludesZero, basis);
        }

        if (first.Runs is [var one] && second.Runs is [var other] && JudgedTheSame(one, other))
        {
            var rows = one.Rows!;
            var comparison = PairedComparison.Of(
                [.. rows.Select(row => row.LabelId)], [.. other.Rows!.Select(row => row.PredictedId)], [.. rows.Select(row => row.PredictedId)], one.Labels.Count);
            return new(comparison.MacroF1, comparison.MacroF1Interval, comparison.MacroF1Stands, new(ScoreBasisKind.Rows, rows.Count));
        }

        return new(by, null, Stands: false, new(first.Runs.Count == 1 && second.Runs.Count == 1 ? ScoreBasisKind.OtherRows : ScoreBasisKind.SingleRun));
    }

    internal static bool JudgedTheSame(RunRecord one, RunRecord other) => one.Rows is { Count: > 0 } rows && other.Rows is { } others && rows.Count == others.Count
        && rows.Zip(others).All(pair => pair.First.LabelId == pair.Second.LabelId && pair.First.Text == pair.Second.Text && pair.First.TextPair == pair.Second.TextPair);

    /// <summary>The same in numbers, for a page that says it in the reader's language.</summary>
    public JsonObject Json() => new()
    {
        ["by"] = By,
        ["low"] = Interval?.Low,
        ["high"] = Interval?.High,
        ["stands"] = Stands,
        ["basis"] = new JsonObject { ["kind"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(Basis.Kind.ToString()), ["first"] = Basis.First, ["second"] = Basis.Second },
    };
}
