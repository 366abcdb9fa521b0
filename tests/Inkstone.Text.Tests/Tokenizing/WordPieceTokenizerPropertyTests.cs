using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Tokenizing;

public class WordPieceTokenizerPropertyTests
{
    private static readonly WordPieceOptions[] EverySetting =
        [.. from lower in new[] { true, false } from chinese in new[] { true, false } from accents in new bool?[] { null, true, false } select new WordPieceOptions { DoLowerCase = lower, TokenizeChineseChars = chinese, StripAccents = accents }];

    [Fact]
    public void Append_AnyString_TableAndStepwiseNormalizerAgree()
    {
        // An added token that is looked for in normalized text sends all text the long way; this one is in none.
        var marker = new AddedToken("\u2042never\u2042", GoldenTokenizer.Default.VocabularySize, Special: false) { Normalized = true };
        var pairs = EverySetting.Select(options => (Table: GoldenTokenizer.With(options), Stepwise: new WordPieceTokenizer(GoldenTokenizer.Default.Vocabulary, options, [marker]))).ToList();

        Prop.ForAll(SomeText.Any, text =>
        {
            foreach (var (table, stepwise) in pairs)
            {
                var (fast, slow) = (table.Encode(text), stepwise.Encode(text));

                fast.InputIds.ShouldBe(slow.InputIds, Escape(text));
                fast.Offsets.ShouldBe(slow.Offsets, Escape(text));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Encode_AnyString_OffsetsAreOrderedAndInsideTheText() => Prop.ForAll(SomeText.Any, text =>
    {
        var length = CodePoints(text);
        var previous = default(CharSpan);

        foreach (var span in GoldenTokenizer.Default.Encode(text).Offsets[1..^1])
        {
            span.Start.ShouldBeGreaterThanOrEqualTo(previous.Start, Escape(text));
            span.End.ShouldBeGreaterThan(span.Start, Escape(text));
            span.End.ShouldBeLessThanOrEqualTo(length, Escape(text));
            previous = span;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_WrittenText_OffsetsCoverEveryCharacterButSpaces() => Prop.ForAll(SomeText.Written, text =>
    {
        var covered = new bool[CodePoints(text)];
        foreach (var span in GoldenTokenizer.Default.Encode(text).Offsets)
        {
            covered.AsSpan(span.Start, span.Length).Fill(true);
        }

        var runes = text.EnumerateRunes().ToList();
        for (var i = 0; i < runes.Count; i++)
        {
            covered[i].ShouldBe(!Rune.IsWhiteSpace(runes[i]), Escape(text));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_Utf16Offsets_CutTheSameTextAsCodePoints() => Prop.ForAll(SomeText.WellFormed, text =>
    {
        var inCodePoints = GoldenTokenizer.Default.Encode(text).Offsets;
        var inUtf16 = GoldenTokenizer.Default.Encode(text, options: new EncodingOptions { OffsetUnit = OffsetUnit.Utf16 }).Offsets;

        CharSpan.ToUtf16(text, inCodePoints).ShouldBe(inUtf16, Escape(text));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_EncodedKnownCharacters_GivesThemBack()
    {
        var known = Gen.Elements([.. "这个电影太好看了房间很小服务态度也一般不会再来，。！？"]).ArrayOf().Select(characters => new string(characters)).ToArbitrary();

        Prop.ForAll(known, text =>
        {
            var encoded = GoldenTokenizer.Default.Encode(text);

            GoldenTokenizer.Default.Decode(encoded.InputIds, skipSpecialTokens: true).Replace(" ", "", StringComparison.Ordinal).ShouldBe(text);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void EncodeChunks_AnyText_HoldEveryTokenOnceAndTheStrideTwice() => Prop.ForAll(SomeText.Any, Gen.Choose(3, 20).ToArbitrary(), Gen.Choose(0, 16).ToArbitrary(), (text, maxLength, stride) =>
    {
        stride = Math.Min(stride, maxLength - 3);
        foreach (var side in new[] { TruncationSide.Right, TruncationSide.Left })
        {
            var options = new EncodingOptions { MaxLength = maxLength, Stride = stride, TruncationSide = side };
            var chunks = GoldenTokenizer.Default.EncodeChunks(text, null, options).Select(chunk => chunk.InputIds[1..^1]);
            var inOrder = side == TruncationSide.Left ? chunks.Reverse().ToList() : [.. chunks];
            var whole = GoldenTokenizer.Default.Encode(text).InputIds[1..^1];

            // A chunk that is cut short by the text's end (or beginning, from the left) still begins with its overlap.
            var joined = side == TruncationSide.Left
                ? inOrder.Take(inOrder.Count - 1).SelectMany(chunk => chunk[..^Math.Min(stride, chunk.Length)]).Concat(inOrder[^1])
                : inOrder[0].Concat(inOrder.Skip(1).SelectMany(chunk => chunk[stride..]));

            joined.ShouldBe(whole);
            inOrder.ShouldAllBe(chunk => chunk.Length <= maxLength - 2);
        }
    }).QuickCheckThrowOnFailure();

    private static int CodePoints(string text) => text.Length - Enumerable.Range(0, text.Length).Count(i => i > 0 && char.IsSurrogatePair(text, i - 1));

    private static string Escape(string text) => string.Concat(text.Select(c => c is > ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
