using System.Globalization;
using Inkstone.Evaluating;

namespace Inkstone.Comparing;

/// <summary>Two predictions of the same rows, held against each other; differences are the second less the first.</summary>
public sealed record PairedComparison
{
    /// <summary>Below so small a chance a difference stands.</summary>
    public const double Significance = 1 - Bootstrap.Level;

    /// <summary>Fewer, were they all for the same side, would be no rarer than five equal throws of a coin.</summary>
    private const int FewestDisagreements = 6;

    /// <summary>Rows.</summary>
    public required int Samples { get; init; }

    /// <summary>By how much the accuracy differs.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Paired bootstrap of that; null for one row, which cannot vary.</summary>
    public required Interval? AccuracyInterval { get; init; }

    /// <summary>By how much the macro-F1 differs.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Paired bootstrap of that; null for one row.</summary>
    public required Interval? MacroF1Interval { get; init; }

    /// <summary>Rows that only the first has right.</summary>
    public required int OnlyFirstRight { get; init; }

    /// <summary>Rows that only the second has right.</summary>
    public required int OnlySecondRight { get; init; }

    /// <summary>Rows for which the two predict different classes.</summary>
    public required int Disagreements { get; init; }

    /// <summary><see cref="McNemar.PValue"/> of these two.</summary>
    public required double McNemarP { get; init; }

    /// <summary>Whether the accuracy differs beyond chance (McNemar).</summary>
    public bool AccuracyStands => McNemarP < Significance;

    /// <summary>Whether the macro-F1 differs beyond chance: its interval excludes 0, and enough rows disagree for resampling to say anything.</summary>
    public bool MacroF1Stands => MacroF1Interval is { ExcludesZero: true } && Disagreements >= FewestDisagreements;

    /// <summary>Compares two predictions.</summary>
    /// <param name="labelIds">The true class of each row, at least one.</param>
    /// <param name="first">What the one predicted.</param>
    /// <param name="second">What the other predicted.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">There are no rows, or the three differ in length.</exception>
    public static PairedComparison Of(IReadOnlyList<int> labelIds, IReadOnlyList<int> first, IReadOnlyList<int> second, int classes)
    {
        if (labelIds.Count == 0 || first.Count != labelIds.Count || second.Count != labelIds.Count)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Predictions are compared on the same rows, at least one, but there are {labelIds.Count} labels, and {first.Count} and {second.Count} predictions."), nameof(labelIds));
        }

        var (before, after) = (HeadlineCounts.Of(labelIds, first, classes), HeadlineCounts.Of(labelIds, second, classes));
        var rows = Enumerable.Range(0, labelIds.Count);
        var onlyFirst = rows.Count(row => first[row] == labelIds[row] && second[row] != labelIds[row]);
        var onlySecond = rows.Count(row => first[row] != labelIds[row] && second[row] == labelIds[row]);
        var (accuracy, macroF1) = Bootstrap.OfDifference(labelIds, first, second, classes);
        return new()
        {
            Samples = labelIds.Count,
            Accuracy = (double)(onlySecond - onlyFirst) / labelIds.Count,
            AccuracyInterval = labelIds.Count == 1 ? null : accuracy,
            MacroF1 = after.MacroF1 - before.MacroF1,
            MacroF1Interval = labelIds.Count == 1 ? null : macroF1,
            OnlyFirstRight = onlyFirst,
            OnlySecondRight = onlySecond,
            Disagreements = rows.Count(row => first[row] != second[row]),
            McNemarP = McNemar.PValue(onlyFirst, onlySecond),
        };
    }

    /// <summary>One sentence that says whether the difference stands.</summary>
    /// <param name="first">What to call the one.</param>
    /// <param name="second">What to call the other.</param>
    public string Sentence(string first, string second)
    {
        var verdict = (AccuracyStands, MacroF1Stands) switch
        {
            (true, true) => "the difference stands",
            (true, false) => "the accuracy differs beyond chance, the macro-F1 does not",
            (false, true) => "the macro-F1 differs beyond chance, the accuracy does not",
            _ => "the difference does not stand",
        };
        var interval = MacroF1Interval is { } ends ? $"95 % interval {Signed(ends.Low)} to {Signed(ends.High)}" : "no interval: one row cannot vary";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Standing(first, second)} ({interval}; accuracy {Signed(Accuracy)}, McNemar p {Chance(McNemarP)}; {Samples} {(Samples == 1 ? "row" : "rows")}): {verdict}.");
    }

    /// <summary><c>SECOND is 1.2 points of macro-F1 above FIRST</c>.</summary>
    internal string Standing(string first, string second) => MacroF1 == 0 ? $"{second} is level with {first}"
        : $"{second} is {Points(Math.Abs(MacroF1))} points of macro-F1 {(MacroF1 > 0 ? "above" : "below")} {first}";

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Signed(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private static string Chance(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);
}
