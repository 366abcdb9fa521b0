namespace Inkstone.Cli;

/// <summary>Texts of others on a terminal.</summary>
internal static class PlainText
{
    /// <summary>The text on one line, and without what could steer the terminal.</summary>
    public static string OneLine(string text) =>
        text.Any(BreaksLine) ? string.Concat(text.Select(character => BreaksLine(character) ? ' ' : character)) : text;

    private static bool BreaksLine(char character) => char.IsControl(character) || character is '\u2028' or '\u2029';
}
