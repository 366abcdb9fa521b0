using Inkstone.Text.Corpora;

namespace Inkstone.Evaluating;

/// <summary>A labelled row and the logits that a classifier gave it.</summary>
public sealed record JudgedRow(Row Row, int LabelId, double[] Logits);
