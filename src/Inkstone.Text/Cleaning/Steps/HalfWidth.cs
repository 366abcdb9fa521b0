using System.Buffers;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Writes full-width ASCII (U+FF01 to U+FF5E) and the ideographic space in half width. Other compatibility forms stay.</summary>
internal static class HalfWidth
{
    private const int Distance = '！' - '!';

    private static readonly SearchValues<char> FullWidth = SearchValues.Create(['\u3000', .. Enumerable.Range('！', '～' - '！' + 1).Select(code => (char)code)]);

    public static string Of(string text) => text.AsSpan().ContainsAny(FullWidth)
        ? string.Create(text.Length, text, (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i] switch
                {
                    '\u3000' => ' ',
                    >= '！' and <= '～' and var c => (char)(c - Distance),
                    var c => c,
                };
            }
        })
        : text;
}
