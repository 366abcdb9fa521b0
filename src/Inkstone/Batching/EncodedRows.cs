using System.Buffers;
using System.Collections;
using System.Globalization;
using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>
/// Labelled rows as ids, without their texts: some twenty bytes a row beside the ids. A document comes to life where a batch needs it.
/// Safe to read from many threads, as long as whoever opened the data keeps it open.
/// </summary>
public sealed class EncodedRows : IReadOnlyList<EncodedDocument>
{
    private readonly DocumentStore documents;
    private readonly long[] offsets;
    private readonly int[] tokenCounts;
    private readonly int[] labelIds;
    private readonly IReadOnlyList<string> files;
    private readonly int[] fileNumbers;
    private readonly int[] lines;

    internal EncodedRows(
        DocumentStore documents, long[] offsets, int[] tokenCounts, int[] labelIds, IReadOnlyList<string> files, int[] fileNumbers, int[] lines)
    {
        this.documents = documents;
        this.offsets = offsets;
        this.tokenCounts = tokenCounts;
        this.labelIds = labelIds;
        this.files = files;
        this.fileNumbers = fileNumbers;
        this.lines = lines;
    }

    /// <summary>No rows.</summary>
    public static EncodedRows None { get; } = Of([]);

    /// <summary>How many rows.</summary>
    public int Count => offsets.Length;

    /// <summary>Tokens of each row that go through the model: all chunks together, special tokens included.</summary>
    public IReadOnlyList<int> TokenCounts => tokenCounts;

    /// <summary>Class of each row.</summary>
    public IReadOnlyList<int> LabelIds => labelIds;

    /// <summary>A row's document, made anew at each call.</summary>
    public EncodedDocument this[int index] => documents.Read(offsets[index]);

    /// <summary>Rows that are in memory already.</summary>
    public static EncodedRows Of(IEnumerable<(EncodedDocument Document, int LabelId)> rows, string source = "memory")
    {
        var store = new MemoryDocuments(wideIds: true);
        var (offsets, tokenCounts, labelIds) = (new List<long>(), new List<int>(), new List<int>());
        var record = new ArrayBufferWriter<byte>();
        foreach (var (document, labelId) in rows)
        {
            record.ResetWrittenCount();
            DocumentCodec.Write(document, wideIds: true, record);
            offsets.Add(store.Length);
            tokenCounts.Add(TokensOf(document));
            labelIds.Add(labelId);
            store.Append(record.WrittenSpan);
        }

        return new(store, [.. offsets], [.. tokenCounts], [.. labelIds], [source], new int[offsets.Count], [.. Enumerable.Range(1, offsets.Count)]);
    }

    /// <summary>Where a row stands in the data: <c>file:line</c>.</summary>
    public string Source(int index) => string.Create(CultureInfo.InvariantCulture, $"{files[fileNumbers[index]]}:{lines[index]}");

    /// <inheritdoc/>
    public IEnumerator<EncodedDocument> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Tokens of a document that go through the model.</summary>
    internal static int TokensOf(EncodedDocument document) => document.Chunks.Sum(chunk => chunk.InputIds.Length);
}
