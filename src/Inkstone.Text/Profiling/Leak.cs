namespace Inkstone.Text.Profiling;

/// <summary>What one split holds of another.</summary>
/// <param name="From">The split in which the text stands too.</param>
/// <param name="To">The split whose rows are counted.</param>
/// <param name="Rows">All rows of <paramref name="To"/>.</param>
/// <param name="Exact">Rows of <paramref name="To"/> whose text stands in <paramref name="From"/>.</param>
/// <param name="OtherLabel">Those among them whose label no row of that text in <paramref name="From"/> has.</param>
/// <param name="Near">Further rows of <paramref name="To"/> that share over 30 % of their 20-character windows with <paramref name="From"/>.</param>
/// <param name="NearIsEstimate">Whether only a sample of the windows was compared, because there are too many.</param>
/// <param name="Examples">The first leaked rows.</param>
public sealed record Leak(
    string From, string To, long Rows, long Exact, long OtherLabel, long Near, bool NearIsEstimate, IReadOnlyList<LeakExample> Examples)
{
    /// <summary>The share of windows above which a row counts as leaked.</summary>
    public const double NearShare = 0.3;

    /// <summary>The leaked share of the rows, exact and near.</summary>
    public double Share => Rows == 0 ? 0 : (double)(Exact + Near) / Rows;
}

/// <summary>A leaked row.</summary>
/// <param name="TextStart">How its text begins.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Source">Where the same text stands first in the other split; null where it is only near.</param>
/// <param name="Share">The share of its windows that stand in the other split; 1 where the text itself does.</param>
public sealed record LeakExample(string TextStart, LabelledPlace Place, LabelledPlace? Source, double Share);
