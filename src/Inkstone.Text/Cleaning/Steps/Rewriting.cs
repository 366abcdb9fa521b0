using System.Text;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>A text in which spans are replaced, from left to right. Nothing is copied before the first one.</summary>
internal struct Rewriting(string text)
{
    private StringBuilder? written;
    private int copied;

    /// <summary>The end of the last span that was replaced.</summary>
    public readonly int Done => copied;

    /// <summary>Writes a word in place of a span, and keeps Latin words that then touch apart. Where nothing is written, Latin words on both sides stay two words.</summary>
    public void Replace(int start, int end, ReadOnlySpan<char> word)
    {
        Remove(start, end);
        if (word.IsEmpty && written!.Length > 0 && char.IsAsciiLetterOrDigit(written[^1]) && end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            written.Append(' ');
        }

        else if (!word.IsEmpty && char.IsAsciiLetter(word[0]) && written!.Length > 0 && char.IsAsciiLetter(written[^1]))
        {
            written.Append(' ');
        }

        written!.Append(word);
        if (!word.IsEmpty && char.IsAsciiLetter(word[^1]) && end < text.Length && char.IsAsciiLetter(text[end]))
        {
            written.Append(' ');
        }
    }

    /// <summary>Takes a span out and joins what stands on both sides.</summary>
    public void Remove(int start, int end)
    {
        written ??= new StringBuilder(text.Length);
        written.Append(text, copied, start - copied);
        copied = end;
    }

    /// <summary>The whole text as it is now.</summary>
    public readonly string Result() => written is null ? text : written.Append(text, copied, text.Length - copied).ToString();
}
