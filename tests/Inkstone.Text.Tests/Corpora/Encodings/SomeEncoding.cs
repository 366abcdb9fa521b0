using System.Text;

namespace Inkstone.Text.Tests.Corpora.Encodings;

/// <summary>The encodings that data files come in, as .NET writes them.</summary>
internal static class SomeEncoding
{
    public static IReadOnlyList<string> Names { get; } = ["utf-8", "utf-16le", "utf-16be", "gb18030", "big5"];

    public static Encoding Of(string name) => name switch
    {
        "utf-8" => new UTF8Encoding(false),
        "utf-16le" => new UnicodeEncoding(false, false),
        "utf-16be" => new UnicodeEncoding(true, false),
        "gb18030" => CodePagesEncodingProvider.Instance.GetEncoding(54936)!,
        _ => CodePagesEncodingProvider.Instance.GetEncoding(950, new EncoderReplacementFallback(""), DecoderFallback.ExceptionFallback)!,
    };

    /// <summary>A text in every encoding, with and without byte-order mark; Big5 in traditional characters.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> InAll(string text)
    {
        foreach (string name in Names)
        {
            byte[] bytes = Of(name).GetBytes(name == "big5" ? Traditional.Of(text) : text);
            yield return (name, bytes);
            byte[] mark = Of(name).GetBytes("\uFEFF");
            if (name != "big5")
            {
                yield return (name, [.. mark, .. bytes]);
            }
        }
    }

    /// <summary>What such a file says: Big5 lacks some characters.</summary>
    public static string Expected(string name, string text) =>
        name == "big5" ? Of("big5").GetString(Of("big5").GetBytes(Traditional.Of(text))) : text;
}
