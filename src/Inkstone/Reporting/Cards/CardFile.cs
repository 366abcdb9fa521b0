using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Inkstone.Reporting.Cards;

/// <summary>A <c>README.md</c> that a program writes and a person may take over: once somebody changed a letter of it, it is theirs.</summary>
internal static partial class CardFile
{
    /// <summary>Writes a card, unless the file that is there is not one that was written like this and left as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="card">The text, without the line that lets later calls see whether it was changed.</param>
    /// <returns>False where somebody's own file was left as it is.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static bool Write(string path, string card)
    {
        if (File.Exists(path) && !IsUntouched(File.ReadAllText(path)))
        {
            return false;
        }

        RunReport.Save(path, $"{card}\n<!-- inkstone {HashOf(card)}: written anew by inkstone report as long as nothing above is changed -->\n");
        return true;
    }

    private static bool IsUntouched(string text) => LastLine().Match(text) is { Success: true } mark && mark.Groups[1].Value == HashOf(text[..mark.Index]);

    private static string HashOf(string card) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(card)))[..32];

    [GeneratedRegex(@"\n<!-- inkstone ([0-9a-f]{32}): [^\n]*-->\n\z")]
    private static partial Regex LastLine();
}
