using System.Text;

namespace Inkstone.Text.Profiling;

/// <summary>The beginning of a text, fit for a table: one line, no control characters, never half a surrogate pair.</summary>
internal static class TextStart
{
    private const int Characters = 40;

    public static string Of(string text)
    {
        var start = new StringBuilder();
        var count = 0;
        foreach (var character in text.AsSpan().Trim().EnumerateRunes())
        {
            if (count++ == Characters)
            {
                return start.Append('…').ToString();
            }

            start.Append(Rune.IsControl(character) || Rune.IsWhiteSpace(character) ? " " : character.ToString());
        }

        return start.ToString();
    }
}
