using System.Globalization;
using System.Text;

namespace Inkstone.Text.Profiling.Html;

/// <summary>Builds markup from interpolated strings whose holes are escaped: no text of a data file can become markup.</summary>
internal static class HtmlText
{
    /// <summary>Markup with every argument escaped, except those that are markup already.</summary>
    public static Markup Of(FormattableString template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return new(string.Format(CultureInfo.InvariantCulture, template.Format, [.. template.GetArguments().Select(Argument)]));
    }

    /// <summary>Pieces of markup one after another.</summary>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Value)));

    private static object Argument(object? argument) => argument switch
    {
        null => "",
        Markup markup => markup.Value,
        double number => number.ToString("0.##", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => Escape(argument.ToString()!),
    };

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
        {
            escaped.Append(character.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                < ' ' or (>= 0x7F and <= 0x9F) or 0xFFFE or 0xFFFF => "\uFFFD", // no character of a page
                _ => character.ToString(),
            });
        }

        return escaped.ToString();
    }
}

/// <summary>A piece of a page, escaped where it has to be.</summary>
/// <param name="Value">The markup.</param>
internal readonly record struct Markup(string Value);
