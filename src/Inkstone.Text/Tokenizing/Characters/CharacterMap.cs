using System.Runtime.CompilerServices;

namespace Inkstone.Text.Tokenizing.Characters;

/// <summary>
/// Normalizer, pre-tokenizer and vocabulary folded into one lookup: for each code point either the id of the token it is,
/// or what the scanner must do. The basic plane is built at once; pages of 256 beyond it when text first needs them.
/// </summary>
internal sealed class CharacterMap
{
    private const int BasicPlane = 0x1_0000;

    private readonly WordPieceOptions options;
    private readonly Vocabulary vocabulary;
    private readonly int unknownId;
    private readonly int[] entries = new int[BasicPlane];
    private readonly int[]?[] widePages = new int[]?[0x10_0000 >> 8];
    private readonly List<int> plainEntries = [];

    internal CharacterMap(Vocabulary vocabulary, WordPieceOptions options, int unknownId, IEnumerable<char> addedTokenStarts)
    {
        (this.vocabulary, this.options, this.unknownId) = (vocabulary, options, unknownId);
        var singles = SingleCharacterIds();
        for (var c = 0; c < entries.Length; c++)
        {
            entries[c] = CharacterEntry.Of(char.IsSurrogate((char)c) ? CharacterKind.Surrogate : CharacterKind.Word, c);
        }

        // Most characters are plain letters: only those that some table names are looked at closely.
        foreach (var (first, last) in CharacterData.Exceptions(BasicPlane))
        {
            for (var c = first; c <= last; c++)
            {
                entries[c] = Classify(c, singles);
            }
        }

        foreach (var start in addedTokenStarts.Where(start => !char.IsSurrogate(start)).Distinct())
        {
            plainEntries.Add(entries[start]);
            entries[start] = CharacterEntry.Of(CharacterKind.AddedTokenStart, plainEntries.Count - 1);
        }
    }

    /// <summary>The entry of every UTF-16 unit, 65 536 of them.</summary>
    internal int[] Entries => entries;

    internal WordPieceOptions Options => options;

    /// <summary>What a character is that could have begun an added token, but does not.</summary>
    internal int PlainEntry(int addedTokenStart) => plainEntries[addedTokenStart & 0xFFFF];

    /// <summary>The entry of a code point beyond the basic plane.</summary>
    internal int WideEntry(int codePoint)
    {
        var page = (codePoint - BasicPlane) >> 8;
        var found = Volatile.Read(ref widePages[page]);
        if (found is null)
        {
            // Two threads may both build a page; they build the same one.
            found = new int[256];
            for (var i = 0; i < found.Length; i++)
            {
                found[i] = Classify(BasicPlane + (page << 8) + i, []);
            }

            Volatile.Write(ref widePages[page], found);
        }

        return found[codePoint & 0xFF];
    }

    /// <summary>Writes what a code point becomes: decomposed, without accents, lower-cased, as the options say.</summary>
    /// <returns>How many code points were written.</returns>
    internal int Normalize(int codePoint, Span<int> destination)
    {
        Span<int> parts = stackalloc int[CharacterData.MaxExpansion];
        parts[0] = codePoint;
        var count = options.StripsAccents ? CharacterData.Decompose(codePoint, parts) : 1;
        var written = 0;
        foreach (var part in parts[..count])
        {
            if (options.StripsAccents && CharacterData.IsNonspacingMark(part))
            {
                continue;
            }

            destination[written] = part;
            written += options.DoLowerCase ? CharacterData.ToLower(part, destination[written..]) : 1;
        }

        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Classify(int codePoint, ReadOnlySpan<int> singles)
    {
        if (options.TokenizeChineseChars && codePoint is (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF))
        {
            return singles[codePoint]; // the common ideographs, which decompose into nothing
        }

        if (CharacterData.IsHangulSyllable(codePoint))
        {
            return options.StripsAccents ? CharacterEntry.Of(CharacterKind.Expanding) : CharacterEntry.Of(CharacterKind.Word, codePoint);
        }

        if (CharacterData.IsRemoved(codePoint))
        {
            return CharacterEntry.Removed;
        }

        if (CharacterData.IsSpace(codePoint))
        {
            return CharacterEntry.Space;
        }

        Span<int> parts = stackalloc int[CharacterData.MaxExpansion];
        var count = Normalize(codePoint, parts);
        if (count == 0)
        {
            return CharacterEntry.Removed;
        }

        var standsAlone = options.TokenizeChineseChars && CharacterData.IsIdeograph(codePoint);
        if (count == 1 && (standsAlone || CharacterData.IsPunctuation(parts[0])))
        {
            return IdOf(parts[0], singles);
        }

        foreach (var part in parts[..count])
        {
            if (standsAlone || CharacterData.IsPunctuation(part) || (options.StripsAccents && CharacterData.CombiningRank(part) > 0))
            {
                return CharacterEntry.Of(CharacterKind.Reordering);
            }
        }

        return count > 1 ? CharacterEntry.Of(CharacterKind.Expanding)
            : parts[0] < BasicPlane ? CharacterEntry.Of(CharacterKind.Word, parts[0])
            : parts[0] == codePoint ? CharacterEntry.Of(CharacterKind.WidePart)
            : CharacterEntry.Of(CharacterKind.Expanding);
    }

    private int IdOf(int codePoint, ReadOnlySpan<int> singles) =>
        codePoint < singles.Length ? singles[codePoint]
        : vocabulary.TryGetId(char.ConvertFromUtf32(codePoint), out var id) ? id
        : unknownId;

    private int[] SingleCharacterIds()
    {
        var singles = new int[BasicPlane];
        Array.Fill(singles, unknownId);
        foreach (var (token, id) in vocabulary.Entries)
        {
            if (token.Length == 1)
            {
                singles[token[0]] = id;
            }
        }

        return singles;
    }
}
