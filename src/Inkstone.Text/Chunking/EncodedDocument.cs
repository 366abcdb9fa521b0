using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Chunking;

/// <summary>A text as one model input or several. A short text is a document of one chunk.</summary>
/// <param name="Chunks">The inputs in the text's order; at least one.</param>
/// <param name="TokenCount">How many tokens the text has, a pair's second included, special tokens not.</param>
/// <param name="Truncated">Whether tokens of the text stand in no chunk.</param>
public sealed record EncodedDocument(IReadOnlyList<EncodedChunk> Chunks, int TokenCount, bool Truncated);

/// <summary>One model input.</summary>
/// <param name="InputIds">Token ids, special tokens included.</param>
/// <param name="TokenTypeIds">1 for the second text of a pair, else 0; null where all are 0.</param>
/// <param name="Start">First code point of the (first) text that the chunk covers.</param>
/// <param name="End">The code point behind the last one; equal to <paramref name="Start"/> where the chunk holds no token of it.</param>
/// <param name="Offsets">The span of every token in code points, if asked for; (0, 0) for special tokens around the text.</param>
public sealed record EncodedChunk(int[] InputIds, int[]? TokenTypeIds, int Start, int End, CharSpan[]? Offsets);
