using System.Buffers;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds emoji as people see them: families, flags, skin tones and keycaps are one each.</summary>
internal static class Emoji
{
    private static readonly SearchValues<char> Signs = SearchValues.Create([.. EmojiCharacters.Signs]);

    /// <summary>Takes emoji out, or writes what they show (<see cref="EmojiWords"/>) in their place.</summary>
    public static string Replace(string text, bool writesWords)
    {
        var result = new Rewriting(text);
        for (int at = 0; at < text.Length;)
        {
            int start = text.AsSpan(at).IndexOfAny(Signs);
            if (start < 0)
            {
                break;
            }

            start = KeycapStart(text, start + at, result.Done);
            int end = EmojiCharacters.End(text, start);
            if (end > start)
            {
                result.Replace(start, end, writesWords ? EmojiWords.Of(text[start..end]) : "");
            }

            at = Math.Max(end, Math.Max(start, at) + 1);
        }

        return result.Result();
    }

    /// <summary>A keycap (1️⃣) is known by its last character, but begins with a digit.</summary>
    private static int KeycapStart(string text, int sign, int from)
    {
        int digit = text[sign] != '\u20E3' || sign == from ? sign : text[sign - 1] == '\uFE0F' ? sign - 2 : sign - 1;
        return digit >= from ? digit : sign;
    }
}
