using System.Collections;
using System.Globalization;
using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>
/// Labelled rows as ids, without their texts: six to twelve bytes a row in memory, whatever its length. A document comes to life where
/// a batch needs it. Safe to read from many threads, as long as whoever opened the data keeps it open.
/// </summary>
public sealed class EncodedRows : IReadOnlyList<EncodedDocument>
{
    private readonly IRowSource source;
    private readonly int[] numbers;
    private readonly NarrowNumbers tokenCounts;
    private readonly NarrowNumbers labelIds;

    internal EncodedRows(IRowSource source, int[] numbers, NarrowNumbers tokenCounts, NarrowNumbers labelIds) =>
        (this.source, this.numbers, this.tokenCounts, this.labelIds) = (source, numbers, tokenCounts, labelIds);

    /// <summary>No rows.</summary>
    public static EncodedRows None { get; } = Of([]);

    /// <summary>How many rows.</summary>
    public int Count => numbers.Length;

    /// <summary>Tokens of each row that go through the model: all chunks together, special tokens included.</summary>
    public IReadOnlyList<int> TokenCounts => tokenCounts;

    /// <summary>Class of each row.</summary>
    public IReadOnlyList<int> LabelIds => labelIds;

    /// <summary>A row's document, made anew at each call where it is not in memory.</summary>
    public EncodedDocument this[int index] => source.Document(numbers[index]);

    /// <summary>Rows that are in memory already.</summary>
    public static EncodedRows Of(IEnumerable<(EncodedDocument Document, int LabelId)> rows, string source = "memory")
    {
        var all = rows.ToArray();
        return new(
            new DocumentsInMemory(Array.ConvertAll(all, row => row.Document), source), [.. Enumerable.Range(0, all.Length)],
            NarrowNumbers.Of(all.Length, index => TokensOf(all[index].Document)), NarrowNumbers.Of(all.Length, index => all[index].LabelId));
    }

    /// <summary>Where a row stands in the data: <c>file:line</c>.</summary>
    public string Source(int index)
    {
        var (file, line) = source.Place(numbers[index]);
        return string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
    }

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

    private sealed class DocumentsInMemory(EncodedDocument[] documents, string name) : IRowSource
    {
        public EncodedDocument Document(int number) => documents[number];

        public (string File, int Line) Place(int number) => (name, number + 1);
    }
}

/// <summary>Where rows lie, by their numbers. Safe to read from many threads.</summary>
internal interface IRowSource
{
    /// <summary>A row as ids.</summary>
    EncodedDocument Document(int number);

    /// <summary>Its file, and its line from 1.</summary>
    (string File, int Line) Place(int number);
}
