using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Text.Cleaning;

namespace Inkstone.Preparing;

/// <summary>What is kept of a row once its text is encoded.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EncodedRow
{
    /// <summary>Value of <see cref="Reason"/> for a row that stays.</summary>
    public const byte Kept = byte.MaxValue;

    /// <summary>Stands for its cleaned text, or pair.</summary>
    public UInt128 Text;

    /// <summary>Where its document's record begins.</summary>
    public long Offset;

    /// <summary>Tokens that go through the model.</summary>
    public int Tokens;

    /// <summary>Place in <see cref="EncodedFileHeader.Labels"/>, or -1.</summary>
    public int Label;

    /// <summary>Place in <see cref="EncodedFileHeader.Groups"/>, or -1.</summary>
    public int Group;

    /// <summary>Place in <see cref="EncodedFileHeader.Files"/>.</summary>
    public int File;

    /// <summary>Line in that file, from 1.</summary>
    public int Line;

    /// <summary>Why it leaves (<see cref="RemovalReason"/>), or <see cref="Kept"/>.</summary>
    public byte Reason;

    /// <summary>1 where the model does not see all of the text.</summary>
    public byte Truncated;
}

/// <summary>What rows have in common.</summary>
/// <param name="Files">The files' names, as messages have them.</param>
/// <param name="Labels">Labels as the file has them, in the order of their first rows.</param>
/// <param name="Groups">Groups, likewise.</param>
/// <param name="LabelNames">Names in the order of their ids where the file declares them; else null.</param>
/// <param name="Notices">What reading it had to say.</param>
/// <param name="Unreadable">Records that could not become rows.</param>
internal sealed record EncodedFileHeader(
    IReadOnlyList<string> Files, IReadOnlyList<string> Labels, IReadOnlyList<string> Groups, IReadOnlyList<string>? LabelNames, IReadOnlyList<string> Notices, int Unreadable);

/// <summary>A data file, every row of it: judged, and encoded.</summary>
internal sealed class EncodedFile(EncodedFileHeader header, BlockList<EncodedRow> rows, DocumentStore documents) : IDisposable
{
    public EncodedFileHeader Header { get; } = header;

    public BlockList<EncodedRow> Rows { get; } = rows;

    public DocumentStore Documents { get; } = documents;

    /// <summary>The rows that stay, by their places.</summary>
    public int[] Kept() => [.. Enumerable.Range(0, Rows.Count).Where(number => Rows[number].Reason == EncodedRow.Kept)];

    /// <summary>Some of the rows, for batches.</summary>
    /// <param name="numbers">Their places.</param>
    /// <param name="labelIds">The class of each of <see cref="EncodedFileHeader.Labels"/>.</param>
    public EncodedRows Select(int[] numbers, int[] labelIds) => new(
        Documents,
        Array.ConvertAll(numbers, number => Rows[number].Offset),
        Array.ConvertAll(numbers, number => Rows[number].Tokens),
        Array.ConvertAll(numbers, number => labelIds[Rows[number].Label]),
        Header.Files,
        Array.ConvertAll(numbers, number => Rows[number].File),
        Array.ConvertAll(numbers, number => Rows[number].Line));

    public void Dispose() => Documents.Dispose();
}
