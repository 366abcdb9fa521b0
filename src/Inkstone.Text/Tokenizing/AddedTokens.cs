using System.Buffers;
using System.Globalization;
using System.Text;
using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <summary>A token that is looked for in the text itself, before anything is normalized or split.</summary>
/// <param name="Content">The token as it stands in the text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">Whether decoding may skip it.</param>
public sealed record AddedToken(string Content, int Id, bool Special)
{
    /// <summary>Match only where no letter, digit or underscore touches it.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Let its offsets take in the white space before it.</summary>
    public bool Lstrip { get; init; }

    /// <summary>Let its offsets take in the white space behind it.</summary>
    public bool Rstrip { get; init; }

    /// <summary>Look for the normalized token in the normalized text instead.</summary>
    public bool Normalized { get; init; }
}

/// <summary>Finds added tokens in text: the longest of those that begin at a place.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<char, (string Pattern, AddedToken Token)[]> byFirst;

    /// <param name="tokens">What to look for; the pattern of each is the text that it matches.</param>
    internal AddedTokenMatcher(IEnumerable<(string Pattern, AddedToken Token)> tokens)
    {
        byFirst = tokens
            .Where(entry => entry.Pattern.Length > 0)
            .GroupBy(entry => entry.Pattern[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(entry => entry.Pattern.Length).ToArray());
        HasWideStarts = byFirst.Keys.Any(char.IsSurrogate);
    }

    internal IEnumerable<char> Starts => byFirst.Keys;

    internal bool IsEmpty => byFirst.Count == 0;

    /// <summary>Whether a token begins with a surrogate pair.</summary>
    internal bool HasWideStarts { get; }

    /// <summary>The longest token that begins at <paramref name="index"/>, or null.</summary>
    internal AddedToken? Match(ReadOnlySpan<char> text, int index, out int length)
    {
        length = 0;
        if (!byFirst.TryGetValue(text[index], out var candidates))
        {
            return null;
        }

        var rest = text[index..];
        foreach (var (pattern, token) in candidates)
        {
            if (rest.StartsWith(pattern, StringComparison.Ordinal))
            {
                var isFree = !token.SingleWord || (!TouchesWordBefore(text, index) && !TouchesWordAt(text, index + pattern.Length));
                length = isFree ? pattern.Length : 0;
                return isFree ? token : null;
            }
        }

        return null;
    }

    /// <summary>How far white space reaches to the left of <paramref name="index"/>, not beyond <paramref name="floor"/>.</summary>
    internal static int WithSpaceBefore(ReadOnlySpan<char> text, int index, int floor)
    {
        while (index > floor && IsWhiteSpace(text[index - 1]))
        {
            index--;
        }

        return index;
    }

    /// <summary>How far white space reaches to the right from <paramref name="index"/>.</summary>
    internal static int WithSpaceBehind(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }

    // The white space of regular expressions: what clean_text makes a space of, and four control characters more.
    private static bool IsWhiteSpace(char c) => CharacterData.IsSpace(c) || c is '\v' or '\f' or '\u0085';

    private static bool TouchesWordBefore(ReadOnlySpan<char> text, int index) =>
        Rune.DecodeLastFromUtf16(text[..index], out var rune, out _) == OperationStatus.Done && IsWordCharacter(rune);

    private static bool TouchesWordAt(ReadOnlySpan<char> text, int index) =>
        Rune.DecodeFromUtf16(text[index..], out var rune, out _) == OperationStatus.Done && IsWordCharacter(rune);

    // \w of regular expressions (Unicode Technical Standard 18).
    private static bool IsWordCharacter(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        _ => rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9),
    };
}
