using System.Globalization;

namespace Inkstone.Cli;

/// <summary>Texts of others on a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text on one line, and without what could steer the terminal.</summary>
    public static string OneLine(string text) =>
        text.Any(BreaksLine) ? string.Concat(text.Select(character => BreaksLine(character) ? ' ' : character)) : text;

    /// <summary>The beginning of a text that is longer than <paramref name="most"/> characters, and how long it is.</summary>
    public static string Shortened(string text, int most) => text.Length <= most ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)}… ({text.EnumerateRunes().Count()} characters)");

    private static bool BreaksLine(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
