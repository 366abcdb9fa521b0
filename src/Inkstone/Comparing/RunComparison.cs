using System.Globalization;
using Inkstone.Evaluating;

namespace Inkstone.Comparing;

/// <summary>A run's headline on the rows that all compared runs share.</summary>
public sealed record ComparedRun(string Name, double Accuracy, double MacroF1, HeadlineIntervals Intervals);

/// <summary>Several runs that were judged on the same rows, each held against the first.</summary>
/// <param name="Samples">Rows.</param>
/// <param name="Runs">The runs, in the caller's order.</param>
/// <param name="AgainstFirst">For every run but the first: it less the first.</param>
public sealed record RunComparison(int Samples, IReadOnlyList<ComparedRun> Runs, IReadOnlyList<ComparisonBySeen> AgainstFirst)
{
    /// <summary>Compares.</summary>
    /// <param name="runs">At least two.</param>
    /// <exception cref="InvalidDataException">Their labels or their rows differ: numbers of different rows cannot be compared.</exception>
    public static RunComparison Of(IReadOnlyList<RunPredictions> runs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs.Count, 2);
        var first = runs[0];
        RunPredictions[] alike = [first, .. runs.Skip(1).Select(run => Alike(first, run))];
        return new(
            first.Rows.Count,
            [.. alike.Select(Headline)],
            [.. alike.Skip(1).Select(run => ComparisonBySeen.Of(first.LabelIds, first.Predicted, run.Predicted, first.LabelNames.Count, SeenByEither(first, run)))]);
    }

    private static bool[]? SeenByEither(RunPredictions first, RunPredictions run) =>
        first.Seen is null && run.Seen is null ? null : [.. Enumerable.Range(0, first.Rows.Count).Select(row => first.Seen?[row] == true || run.Seen?[row] == true)];

    /// <summary>The sentence about a run, by its place from 1.</summary>
    public string Sentence(int run) => AgainstFirst[run - 1].Sentence(Runs[0].Name, Runs[run].Name);

    private static ComparedRun Headline(RunPredictions run)
    {
        var classes = run.LabelNames.Count;
        var counts = HeadlineCounts.Of(run.LabelIds, run.Predicted, classes);
        return new(run.Name, counts.Accuracy, counts.MacroF1, Bootstrap.Of(run.LabelIds, run.Predicted, classes));
    }

    /// <summary>A run with the first's ids.</summary>
    private static RunPredictions Alike(RunPredictions first, RunPredictions run)
    {
        if (!run.LabelNames.ToHashSet(StringComparer.Ordinal).SetEquals(first.LabelNames))
        {
            throw new InvalidDataException($"The labels differ: {first.Name} has {Shown(first.LabelNames)}, {run.Name} has {Shown(run.LabelNames)}; runs are compared on the same task.");
        }

        if (run.Rows.Count != first.Rows.Count)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The rows differ: {first.Name} was judged on {first.Rows.Count}, {run.Name} on {run.Rows.Count}. Judge both on the same file: inkstone test --model RUN --data FILE --output-dir DIR, and compare the two DIR."));
        }

        var ids = run.LabelNames.Select(name => first.LabelNames.ToList().IndexOf(name)).ToArray();
        var rows = run.Rows.Select(row => row with { LabelId = ids[row.LabelId] }).ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row] != first.Rows[row])
            {
                var what = rows[row].Text == first.Rows[row].Text && rows[row].TextPair == first.Rows[row].TextPair ? "the label" : "the text";
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The rows differ: {what} of row {row + 1} is not the same in {first.Name} and {run.Name}. Judge both on the same file: inkstone test --model RUN --data FILE --output-dir DIR, and compare the two DIR."));
            }
        }

        return run with { LabelNames = first.LabelNames, Rows = rows, Predicted = [.. run.Predicted.Select(id => ids[id])] };
    }

    private static string Shown(IReadOnlyList<string> labels) => labels.Count > 8 ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", labels.Take(8))} and {labels.Count - 8} more") : string.Join(", ", labels);
}
