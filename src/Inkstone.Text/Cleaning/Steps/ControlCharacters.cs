using System.Buffers;
using System.Globalization;
using System.Text;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>
/// Takes out characters that nobody sees: controls (but white space), formats such as zero-width spaces and direction marks, and
/// surrogates without their other half. What holds an emoji together stays: the joiner between two of them, the tags of a flag.
/// </summary>
internal static class ControlCharacters
{
    private const char Joiner = '\u200D';

    // Surrogates are looked at one by one: emoji are common, and lone halves or tags among them are not.
    private static readonly SearchValues<char> Suspect = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => char.IsSurrogate(c) || IsUnseen(CharUnicodeInfo.GetUnicodeCategory(c), c))]);

    public static string Strip(string text)
    {
        var result = new Rewriting(text);
        int at = text.AsSpan().IndexOfAny(Suspect);
        while (at >= 0 && at < text.Length)
        {
            int size = 1;
            bool goes;
            if (Rune.TryGetRuneAt(text, at, out var rune))
            {
                size = rune.Utf16SequenceLength;
                goes = IsUnseen(Rune.GetUnicodeCategory(rune), rune.Value)
                    && !(rune.Value == Joiner && EmojiCharacters.EndsAt(text, at) && EmojiCharacters.StartsAt(text, at + 1))
                    && !(EmojiCharacters.IsTag(rune.Value) && EmojiCharacters.EndsAt(text, at));
            }
            else
            {
                goes = true;
            }

            if (goes)
            {
                result.Remove(at, at + size);
            }

            int next = text.AsSpan(at + size).IndexOfAny(Suspect);
            at = next < 0 ? -1 : at + size + next;
        }

        return result.Result();
    }

    private static bool IsUnseen(UnicodeCategory category, int code) =>
        category == UnicodeCategory.Format || (category == UnicodeCategory.Control && !char.IsWhiteSpace((char)code));
}
