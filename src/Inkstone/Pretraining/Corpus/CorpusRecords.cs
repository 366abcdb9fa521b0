using System.Buffers;
using System.Buffers.Binary;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// How a piece of text lies on disk: its ids, two bytes each or four, without special tokens around them; then, where words are marked, a bit
/// for each token that begins one.
/// </summary>
/// <param name="WideIds">Whether an id takes four bytes.</param>
/// <param name="WordMarks">Whether words are marked.</param>
internal readonly record struct CorpusRecords(bool WideIds, bool WordMarks)
{
    /// <summary>Most tokens of a piece, special tokens included: what the sixteen bits of a <see cref="PieceEntry"/> hold.</summary>
    public const int MostTokens = ushort.MaxValue;

    /// <summary>Bytes of a piece.</summary>
    /// <param name="tokens">Its tokens, without special ones.</param>
    public int LengthOf(int tokens) => (tokens * (WideIds ? sizeof(int) : sizeof(ushort))) + (WordMarks ? (tokens + 7) / 8 : 0);

    /// <summary>Appends a piece.</summary>
    /// <param name="ids">Its ids.</param>
    /// <param name="beginsWord">Whether each begins a word; of no use where words are not marked.</param>
    /// <param name="target">Where it goes.</param>
    public void Write(ReadOnlySpan<int> ids, ReadOnlySpan<bool> beginsWord, ArrayBufferWriter<byte> target)
    {
        var length = LengthOf(ids.Length);
        var bytes = target.GetSpan(length)[..length];
        if (WideIds)
        {
            for (var index = 0; index < ids.Length; index++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes[(index * sizeof(int))..], ids[index]);
            }
        }
        else
        {
            for (var index = 0; index < ids.Length; index++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(index * sizeof(ushort))..], checked((ushort)ids[index]));
            }
        }

        if (WordMarks)
        {
            var marks = bytes[^((ids.Length + 7) / 8)..];
            marks.Clear();
            for (var index = 0; index < ids.Length; index++)
            {
                marks[index >> 3] |= (byte)(beginsWord[index] ? 1 << (index & 7) : 0);
            }
        }

        target.Advance(length);
    }

    /// <summary>Reads a piece.</summary>
    /// <param name="bytes">Its bytes, all of them.</param>
    /// <param name="vocabularySize">Ids from here on are none.</param>
    /// <param name="ids">Room for its ids.</param>
    /// <param name="beginsWord">Room for the marks; empty where there are none.</param>
    /// <returns>Whether all are ids.</returns>
    public bool TryRead(ReadOnlySpan<byte> bytes, int vocabularySize, Span<int> ids, Span<bool> beginsWord)
    {
        var highest = 0u;
        for (var index = 0; index < ids.Length; index++)
        {
            var id = WideIds ? BinaryPrimitives.ReadInt32LittleEndian(bytes[(index * sizeof(int))..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(index * sizeof(ushort))..]);
            ids[index] = id;
            highest = Math.Max(highest, (uint)id);
        }

        if (WordMarks)
        {
            var marks = bytes[^((ids.Length + 7) / 8)..];
            for (var index = 0; index < ids.Length; index++)
            {
                beginsWord[index] = (marks[index >> 3] & (1 << (index & 7))) != 0;
            }
        }

        return highest < (uint)vocabularySize;
    }
}

/// <summary>Where a piece lies, how long it is, and whether a text begins with it, in eight bytes.</summary>
/// <param name="Bits">Tokens in the lowest sixteen bits, whether a text begins in the next, the offset above.</param>
internal readonly record struct PieceEntry(ulong Bits)
{
    private const int OffsetShift = 17;
    private const ulong Beginning = 1 << 16;

    public PieceEntry(long offset, int tokens, bool beginsText)
        : this(((ulong)offset << OffsetShift) | (beginsText ? Beginning : 0) | (ushort)tokens)
    {
    }

    /// <summary>Where its record begins in the file.</summary>
    public long Offset => (long)(Bits >> OffsetShift);

    /// <summary>Whether it is a text, or the first part of one that was cut.</summary>
    public bool BeginsText => (Bits & Beginning) != 0;

    /// <summary>Its tokens, without special ones.</summary>
    public int Tokens => (ushort)Bits;

    /// <summary>What it takes in a batch: with <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public int TokensInBatch => Tokens + 2;
}
