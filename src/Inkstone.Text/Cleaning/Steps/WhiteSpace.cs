using System.Buffers;
using System.Text;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Makes one blank of every run of white space, line ends included, and none at either end.</summary>
internal static class WhiteSpace
{
    private static readonly SearchValues<char> Unusual =
        SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => c != ' ' && char.IsWhiteSpace(c))]);

    public static string Collapse(string text)
    {
        var span = text.AsSpan();
        if (span.IsEmpty || (!span.ContainsAny(Unusual) && span.IndexOf("  ") < 0 && span[0] != ' ' && span[^1] != ' '))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        bool isBlank = true;
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                result.Append(c);
                isBlank = false;
            }
            else if (!isBlank)
            {
                result.Append(' ');
                isBlank = true;
            }
        }

        if (isBlank && result.Length > 0)
        {
            result.Length--;
        }

        return result.ToString();
    }
}
