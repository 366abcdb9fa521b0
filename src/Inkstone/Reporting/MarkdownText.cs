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
        foreach (var sign in text)
        {
            _ = sign switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '|' or '*' or '`' or '[' or ']' or '\\' => escaped.Append('\\').Append(sign),
                < ' ' => escaped.Append(' '),
                _ => escaped.Append(sign),
            };
        }

        return escaped.ToString();
    }
}
