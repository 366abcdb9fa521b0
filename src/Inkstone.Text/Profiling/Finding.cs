namespace Inkstone.Text.Profiling;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>Results would be wrong or mean nothing.</summary>
    Serious,

    /// <summary>Results would be worse than they could be.</summary>
    Warning,

    /// <summary>Good to know when choosing settings.</summary>
    Note,
}

/// <summary>Something about the data that asks for a decision.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Text">What it is and what to do: one sentence or two.</param>
public sealed record Finding(FindingLevel Level, string Text);
