using System.Buffers;
using System.Collections.Concurrent;

namespace Inkstone.Text.Icu;

/// <summary>Writes traditional characters as simplified ones: ICU's transliterator <c>Traditional-Simplified</c>. Safe for many threads.</summary>
/// <remarks>
/// Its rules know words as well as characters, but none that changes a word without a character that changes alone. So a text
/// without such a character is not handed over at all.
/// </remarks>
internal sealed unsafe class Simplifier
{
    private static readonly Lazy<Simplifier> Opened = new(() => new Simplifier());

    private readonly delegate* unmanaged<nint, char*, int*, int, int, int*, int*, void> transliterate =
        (delegate* unmanaged<nint, char*, int*, int, int, int*, int*, void>)IcuLibrary.Function("utrans_transUChars");

    private readonly delegate* unmanaged<char*, int, int, char*, int, void*, int*, nint> open =
        (delegate* unmanaged<char*, int, int, char*, int, void*, int*, nint>)IcuLibrary.Function("utrans_openU");

    /// <summary>A transliterator serves one thread at a time; as many stay as threads were at work at once.</summary>
    private readonly ConcurrentBag<nint> idle = [];

    private readonly SearchValues<char> changing;

    private Simplifier()
    {
        char[] candidates = [.. Enumerable.Range(0x2E80, 0x10000 - 0x2E80).Select(code => (char)code).Where(c => !char.IsSurrogate(c))];
        string apart = string.Join('\n', candidates);
        string changed = Transliterate(apart);
        changing = SearchValues.Create([.. candidates.Where((c, i) => changed[2 * i] != c)]);
    }

    /// <summary>Opened at first use.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static Simplifier Shared => Opened.Value;

    /// <summary>The text in simplified characters; the same instance where it is.</summary>
    public string Simplify(string text) => text.AsSpan().ContainsAny(changing) ? Transliterate(text) : text;

    private string Transliterate(string text)
    {
        nint transliterator = idle.TryTake(out nint free) ? free : Open();
        char[] buffer = new char[text.Length + (text.Length / 8) + 16];
        while (true)
        {
            text.CopyTo(buffer);
            int length = text.Length;
            int limit = length;
            int error = 0;
            fixed (char* start = buffer)
            {
                transliterate(transliterator, start, &length, buffer.Length, 0, &limit, &error);
            }

            if (error != IcuLibrary.BufferOverflow)
            {
                idle.Add(transliterator);
                IcuLibrary.ThrowIfFailed(error, "utrans_transUChars");
                return new string(buffer, 0, length);
            }

            buffer = new char[Math.Max(length + 16, buffer.Length * 2)];
        }
    }

    private nint Open()
    {
        const string Name = "Traditional-Simplified";
        int error = 0;
        fixed (char* name = Name)
        {
            nint transliterator = open(name, Name.Length, 0, null, -1, null, &error);
            IcuLibrary.ThrowIfFailed(error, "utrans_openU");
            return transliterator;
        }
    }
}
