using System.Text;

namespace Inkstone.Reporting;

/// <summary>Texts of the data inside Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>The text between backticks: only what would end them, or the cell, is replaced.</summary>
    public static string Code(string text) => text.Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    /// <summary>The text in one line, with every sign escaped that would begin markup, HTML, or another cell.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var place = 0; place < text.Length; place++)
        {
            var sign = text[place];
            _ = sign switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '_' when IsInWord(text, place) => escaped.Append(sign),
                '|' or '*' or '`' or '[' or ']' or '\\' or '_' or '~' => escaped.Append('\\').Append(sign),
                < ' ' => escaped.Append(' '),
                _ => escaped.Append(sign),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Inside a word an underscore begins nothing.</summary>
    private static bool IsInWord(string text, int place) =>
        place > 0 && place + 1 < text.Length && char.IsLetterOrDigit(text[place - 1]) && char.IsLetterOrDigit(text[place + 1]);
}
