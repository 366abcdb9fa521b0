using Inkstone.Text.Chunking;
using Inkstone.Text.Corpora;

namespace Inkstone.Training;

/// <summary>A row on its way through the system: its text as ids, and the class it belongs to.</summary>
/// <param name="Row">Where it came from.</param>
/// <param name="Document">Its chunks.</param>
/// <param name="LabelId">Index into the label names.</param>
public sealed record LabeledDocument(Row Row, EncodedDocument Document, int LabelId);
