using Inkstone.Batching;
using Inkstone.Text.Chunking;
using Inkstone.Torch.Serialization;

namespace Inkstone.Tests.Support;

/// <summary>Documents made from ids, where a test has no text.</summary>
internal static class TestDocuments
{
    public static EncodedDocument OfOneChunk(int[] inputIds, int[]? tokenTypeIds = null) =>
        new([new(inputIds, tokenTypeIds, 0, 0, null)], inputIds.Length, Truncated: false);

    public static EncodedDocument OfChunks(params int[][] chunks) =>
        new([.. chunks.Select(ids => new EncodedChunk(ids, null, 0, 0, null))], chunks.Sum(ids => ids.Length), Truncated: false);

    /// <summary>Ids between [CLS] and [SEP] of the golden vocabulary, drawn by a rule so simple that every length is another text.</summary>
    public static EncodedDocument OfLength(int tokens, int variant = 0) =>
        OfOneChunk([11, .. Enumerable.Range(0, tokens - 2).Select(place => 20 + (((place * 37) + (variant * 101)) % 700)), 12]);

    /// <summary>The golden vocabulary's ids as rows to train on, of this length each; two classes in turn.</summary>
    public static EncodedRows RowsOfLengths(params IEnumerable<int> lengths) =>
        EncodedRows.Of(lengths.Select((length, row) => (OfLength(length, row), row % 2)), "made.csv");

    /// <summary>The rows of a padded batch, without their padding.</summary>
    public static EncodedDocument[] OfPadded(StoredTensor inputIds, StoredTensor attentionMask)
    {
        var (ids, mask, width) = (TensorShould.Longs(inputIds), TensorShould.Longs(attentionMask), (int)inputIds.Shape[1]);
        return [.. Enumerable.Range(0, (int)inputIds.Shape[0]).Select(row =>
        {
            var length = (int)mask.AsSpan(row * width, width).ToArray().Sum();
            return OfOneChunk(Array.ConvertAll(ids[(row * width)..((row * width) + length)], id => (int)id));
        })];
    }
}
