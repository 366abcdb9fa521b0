using FsCheck;
using FsCheck.Fluent;

namespace Inkstone.Text.Tests.Tokenizing;

/// <summary>Generated texts: what people write, and what they never should.</summary>
internal static class SomeText
{
    private static readonly Gen<string>[] Ordinary =
    [
        Characters(0x4E00, 0x9FA5), Characters(0x4E00, 0x9FA5), Characters('a', 'z'), Characters(' ', '~'), Gen.Elements("，", "。", "！", "？", "……", "《", "》"),
        Gen.Elements(" ", "\t", "\n", "\u3000", "[MASK]", "[CLS]", "[", "http://t.cn/", "iPhone", "😀", "👍", "2020"),
    ];

    private static readonly Gen<string>[] Odd =
    [
        Characters(0xC0, 0x24F), Characters(0x300, 0x36F), Characters(0x300, 0x36F), Characters(0x1E00, 0x1FFF), Characters(0xAC00, 0xD7A3), Characters(0xF900, 0xFAFF),
        Characters(0x2000, 0x22FF), Characters(0x302A, 0x302F), Characters(0x900, 0xFFF), Characters(0x8D4, 0x8E1), Characters(0x1_0000, 0x1_1FFF),
        Characters(0x1_D165, 0x1_D172), Characters(0x2_F800, 0x2_FA1D), Characters(0, 0x1F), Characters(0xE000, 0xFFFF),
    ];

    private static readonly Gen<string> LoneSurrogate = Gen.Choose(0xD800, 0xDFFF).Select(c => ((char)c).ToString());

    /// <summary>Chinese with words, punctuation and special tokens in it.</summary>
    public static Arbitrary<string> Written { get; } = Text(Gen.OneOf(Ordinary));

    /// <summary>Any well-formed UTF-16.</summary>
    public static Arbitrary<string> WellFormed { get; } = Text(Gen.OneOf([.. Ordinary, .. Odd]));

    /// <summary>Any string at all.</summary>
    public static Arbitrary<string> Any { get; } = Text(Gen.OneOf([.. Ordinary, .. Odd, LoneSurrogate]));

    private static Arbitrary<string> Text(Gen<string> piece) => piece.ArrayOf().Select(string.Concat).ToArbitrary();

    private static Gen<string> Characters(int first, int last) =>
        Gen.Choose(first, last).Select(c => c is >= 0xD800 and <= 0xDFFF ? "" : char.ConvertFromUtf32(c));
}
