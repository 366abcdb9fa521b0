namespace Inkstone.Preparing;

/// <summary>One part of cross-validation: the rows of this fold are judged, those of all others learnt from. Every fold of a recipe parts the rows alike.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Count">Of how many, at least 2.</param>
public sealed record Fold(int Index, int Count);
