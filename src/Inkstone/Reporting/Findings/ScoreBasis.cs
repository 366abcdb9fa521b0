using System.Globalization;

namespace Inkstone.Reporting.Findings;

/// <summary>What the uncertainty of a difference rests on.</summary>
internal enum ScoreBasisKind
{
    /// <summary>Several runs each.</summary>
    Runs,

    /// <summary>Several runs each, all with one and the same score.</summary>
    RunsAllAlike,

    /// <summary>One run each, judged on the same rows.</summary>
    Rows,

    /// <summary>One run each, judged on different rows: there is no interval.</summary>
    OtherRows,

    /// <summary>One run against several: there is no interval.</summary>
    SingleRun,
}

/// <summary>What the uncertainty of a difference rests on, and how much of it there is.</summary>
/// <param name="Kind">What.</param>
/// <param name="First">Runs of the first setting, or rows.</param>
/// <param name="Second">Runs of the second setting.</param>
internal sealed record ScoreBasis(ScoreBasisKind Kind, int First = 0, int Second = 0)
{
    /// <summary><c>3 runs each</c>.</summary>
    public override string ToString() => Kind switch
    {
        ScoreBasisKind.Runs => RunCounts,
        ScoreBasisKind.RunsAllAlike => $"{RunCounts}, which all came out the same",
        ScoreBasisKind.Rows => Invariant($"one run each on the same {First} rows, so the chance of seeds is not in it"),
        ScoreBasisKind.OtherRows => "one run each, and not judged on the same rows",
        _ => "one of the two has a single run",
    };

    private string RunCounts => First == Second ? Invariant($"{First} runs each") : Invariant($"{First} and {Second} runs");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
