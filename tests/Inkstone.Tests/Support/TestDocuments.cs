using Inkstone.Text.Chunking;

namespace Inkstone.Tests.Support;

/// <summary>Documents made from ids, where a test has no text.</summary>
internal static class TestDocuments
{
    public static EncodedDocument OfOneChunk(int[] inputIds, int[]? tokenTypeIds = null) =>
        new([new(inputIds, tokenTypeIds, 0, 0, null)], inputIds.Length, Truncated: false);

    public static EncodedDocument OfChunks(params int[][] chunks) =>
        new([.. chunks.Select(ids => new EncodedChunk(ids, null, 0, 0, null))], chunks.Sum(ids => ids.Length), Truncated: false);
}
