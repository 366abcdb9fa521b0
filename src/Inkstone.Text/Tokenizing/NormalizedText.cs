using System.Runtime.CompilerServices;

namespace Inkstone.Text.Tokenizing;

/// <summary>Normalized UTF-16 units, each with the span of the original text that it came from. Reused from word to word.</summary>
internal sealed class NormalizedText(bool hasOffsets)
{
    private char[] characters = new char[256];
    private CharSpan[] origins = hasOffsets ? new CharSpan[256] : [];

    internal int Length { get; private set; }

    /// <summary>How many units are the second half of a surrogate pair.</summary>
    internal int Pairs { get; private set; }

    internal int CodePoints => Length - Pairs;

    internal ReadOnlySpan<char> Characters => characters.AsSpan(0, Length);

    internal ReadOnlySpan<CharSpan> Origins => hasOffsets ? origins.AsSpan(0, Length) : [];

    internal void Clear() => (Length, Pairs) = (0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(char character, CharSpan origin)
    {
        if (Length == characters.Length)
        {
            Grow();
        }

        characters[Length] = character;
        if (hasOffsets)
        {
            origins[Length] = origin;
        }

        Length++;
    }

    internal void AddCodePoint(int codePoint, CharSpan origin)
    {
        if (codePoint < 0x1_0000)
        {
            Add((char)codePoint, origin);
            return;
        }

        Add((char)(0xD7C0 + (codePoint >> 10)), origin);
        Add((char)(0xDC00 + (codePoint & 0x3FF)), origin);
        Pairs++;
    }

    /// <summary>Lets the last unit also stand for text up to <paramref name="end"/>.</summary>
    internal void ExtendLast(int end)
    {
        if (hasOffsets)
        {
            origins[Length - 1] = origins[Length - 1] with { End = end };
        }
    }

    private void Grow()
    {
        Array.Resize(ref characters, characters.Length * 2);
        if (hasOffsets)
        {
            Array.Resize(ref origins, characters.Length);
        }
    }
}
