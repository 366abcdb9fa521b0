namespace Inkstone.Text.Profiling;

/// <summary>Every stretch of 20 characters (code points) of a text, as hashes: what two texts share when one quotes the other.</summary>
internal sealed class CharacterWindows
{
    /// <summary>Characters in a window.</summary>
    public const int Length = 20;

    private const ulong Base = 0x9E3779B97F4A7C15;

    private static readonly ulong BaseToLength = Power(Length);

    private int[] characters = new int[256];
    private ulong[] hashes = new ulong[256];

    /// <summary>The hashes gathered since the last <see cref="Clear"/>. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Hashes => hashes.AsSpan(0, Count);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all, keeps the memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a text's windows, in its order; none of a text with fewer than 20 characters.</summary>
    /// <remarks>A polynomial in the characters that rolls from window to window modulo 2^64, its bits then mixed.</remarks>
    public void Add(ReadOnlySpan<char> text)
    {
        var count = Decode(text);
        if (count < Length)
        {
            return;
        }

        var room = Count + count - Length + 1;
        if (hashes.Length < room)
        {
            Array.Resize(ref hashes, Math.Max(room, hashes.Length * 2));
        }

        ulong rolling = 0;
        for (var i = 0; i < count; i++)
        {
            rolling = (rolling * Base) + (uint)characters[i];
            if (i >= Length)
            {
                rolling -= BaseToLength * (uint)characters[i - Length];
            }

            if (i >= Length - 1)
            {
                hashes[Count++] = Mix(rolling);
            }
        }
    }

    private int Decode(ReadOnlySpan<char> text)
    {
        if (characters.Length < text.Length)
        {
            characters = new int[Math.Max(text.Length, characters.Length * 2)];
        }

        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            characters[count++] = isPair ? char.ConvertToUtf32(text[i], text[++i]) : text[i];
        }

        return count;
    }

    /// <summary>MurmurHash3's finalizer (Austin Appleby, public domain); never 0.</summary>
    private static ulong Mix(ulong value)
    {
        value ^= value >> 33;
        value *= 0xFF51AFD7ED558CCD;
        value ^= value >> 33;
        value *= 0xC4CEB9FE1A85EC53;
        value ^= value >> 33;
        return value == 0 ? 1 : value;
    }

    private static ulong Power(int exponent)
    {
        ulong power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= Base;
        }

        return power;
    }
}
