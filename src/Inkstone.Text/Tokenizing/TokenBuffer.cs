namespace Inkstone.Text.Tokenizing;

/// <summary>What offsets count.</summary>
public enum OffsetUnit
{
    /// <summary>No offsets are kept: the fastest.</summary>
    None,

    /// <summary>Unicode code points, as Python strings and Hugging Face's offsets do.</summary>
    CodePoint,

    /// <summary>UTF-16 units, as .NET strings do.</summary>
    Utf16,
}

/// <summary>
/// Token ids, and offsets if asked for, of one text or several after one another. Made once and cleared between texts, so
/// that tokenizing allocates nothing in the steady state. Not safe for use by two threads at a time.
/// </summary>
/// <param name="offsets">What offsets count, or none.</param>
public sealed class TokenBuffer(OffsetUnit offsets = OffsetUnit.None)
{
    private int[] ids = new int[64];
    private CharSpan[] spans = offsets == OffsetUnit.None ? [] : new CharSpan[64];

    /// <summary>What <see cref="Offsets"/> count.</summary>
    public OffsetUnit OffsetUnit { get; } = offsets;

    /// <summary>How many tokens are in the buffer.</summary>
    public int Count { get; internal set; }

    /// <summary>The ids; valid until the buffer is written to or cleared.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    /// <summary>One span a token; empty where the buffer keeps none. Valid until the buffer is written to or cleared.</summary>
    public ReadOnlySpan<CharSpan> Offsets => OffsetUnit == OffsetUnit.None ? [] : spans.AsSpan(0, Count);

    /// <summary>Forgets the tokens, keeps the memory.</summary>
    public void Clear() => Count = 0;

    internal int Capacity => ids.Length;

    internal int[] IdArray => ids;

    internal CharSpan[] SpanArray => spans;

    /// <summary>The word that is being read.</summary>
    internal NormalizedText Word { get; } = new(hasOffsets: offsets != OffsetUnit.None);

    /// <summary>Text that had to be normalized step by step.</summary>
    internal NormalizedText Stretch { get; } = new(hasOffsets: offsets != OffsetUnit.None);

    /// <summary>Makes room for more tokens.</summary>
    internal void Reserve(int more)
    {
        var needed = (long)Count + more;
        if (needed > ids.Length)
        {
            var capacity = (int)Math.Min(Math.Max(needed, ids.Length * 2L), Array.MaxLength);
            Array.Resize(ref ids, capacity);
            if (OffsetUnit != OffsetUnit.None)
            {
                Array.Resize(ref spans, capacity);
            }
        }
    }

    internal void Add(int id, CharSpan span)
    {
        Reserve(1);
        ids[Count] = id;
        if (OffsetUnit != OffsetUnit.None)
        {
            spans[Count] = span;
        }

        Count++;
    }
}
