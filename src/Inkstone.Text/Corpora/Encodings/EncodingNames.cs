namespace Inkstone.Text.Corpora.Encodings;

/// <summary>The names that <see cref="ReadOptions.Encoding"/> takes.</summary>
public static class EncodingNames
{
    private static readonly Dictionary<string, TextEncoding[]> Candidates = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = [.. TextEncoding.All],
        ["utf-8"] = [TextEncoding.Utf8],
        ["gb18030"] = [TextEncoding.Gb18030],
        ["gbk"] = [TextEncoding.Gb18030],
        ["gb2312"] = [TextEncoding.Gb18030],
        ["big5"] = [TextEncoding.Big5],
        ["utf-16"] = [TextEncoding.Utf16LittleEndian, TextEncoding.Utf16BigEndian],
        ["utf-16le"] = [TextEncoding.Utf16LittleEndian],
        ["utf-16be"] = [TextEncoding.Utf16BigEndian],
    };

    private static readonly Dictionary<string, string> OtherSpellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8", ["utf-8-sig"] = "utf-8", ["utf16"] = "utf-16", ["utf-16-le"] = "utf-16le", ["utf-16-be"] = "utf-16be", ["cp936"] = "gbk", ["cp950"] = "big5",
    };

    /// <summary>Every name, for messages and help; <c>auto</c> tells the encoding from the bytes.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Candidates.Keys];

    /// <summary>Whether <paramref name="name"/> is one of <see cref="All"/>, in whatever case, or another usual spelling of one (<c>utf8</c>, <c>cp936</c>).</summary>
    public static bool IsKnown(string name) => Candidates.ContainsKey(OtherSpellings.GetValueOrDefault(name, name));

    /// <summary>The encodings that a name allows; null is <c>auto</c>.</summary>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    internal static IReadOnlyList<TextEncoding> Parse(string? name) =>
        Candidates.TryGetValue(OtherSpellings.GetValueOrDefault(name ?? "auto", name ?? "auto"), out var candidates)
            ? candidates
            : throw new ArgumentException($"encoding must be one of {string.Join(", ", All)}, but is '{name}'; use auto if in doubt.", nameof(name));
}
