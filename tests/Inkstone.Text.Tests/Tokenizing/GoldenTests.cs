using System.Text.Json;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Tokenizing;

/// <summary>Every row that Hugging Face's tokenizer wrote, id for id and offset for offset.</summary>
public class GoldenTests
{
    [Fact]
    public void Encode_EverySetting_EqualsHuggingFace()
    {
        var tokenizers = new Dictionary<WordPieceOptions, WordPieceTokenizer>();
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("encode"))
        {
            var options = Options(row);
            if (!tokenizers.TryGetValue(options, out var tokenizer))
            {
                tokenizers[options] = tokenizer = GoldenTokenizer.With(options);
            }

            var encoded = tokenizer.Encode(row.Text());

            encoded.InputIds.ShouldBe(row.GetProperty("input_ids").Ints(), $"{options}: {row}");
            encoded.Offsets.ShouldBe(row.GetProperty("offsets").Spans(), $"{options}: {row}");
            rows++;
        }

        (rows, tokenizers.Count).ShouldBe((4112, 4));
    }

    [Fact]
    public void Encode_RareCharactersAndAddedTokens_EqualsHuggingFacesEngine()
    {
        var vocabulary = GoldenTokenizer.Default.Vocabulary;
        var tokenizers = new Dictionary<string, WordPieceTokenizer>();
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("rare"))
        {
            var settings = $"{row.GetProperty("do_lower_case")} {row.GetProperty("tokenize_chinese_chars")} {row.GetProperty("strip_accents")} {row.GetProperty("added_tokens")}";
            if (!tokenizers.TryGetValue(settings, out var tokenizer))
            {
                var added = row.GetProperty("added_tokens").EnumerateArray().Select(token => TokenizerJson.ReadAddedToken(token, token.GetProperty("id").GetInt32())!);
                tokenizers[settings] = tokenizer = new WordPieceTokenizer(vocabulary, Options(row), added);
            }

            var encoded = tokenizer.Encode(row.Text());

            encoded.InputIds.ShouldBe(row.GetProperty("input_ids").Ints(), row.ToString());
            encoded.Offsets.ShouldBe(row.GetProperty("offsets").Spans(), row.ToString());
            rows++;
        }

        (rows, tokenizers.Count).ShouldBe((1600, 8));
    }

    [Fact]
    public void Encode_TooLongText_IsCutAsHuggingFaceCuts()
    {
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("truncate"))
        {
            var options = new EncodingOptions { MaxLength = row.GetProperty("max_length").GetInt32(), TruncationSide = Side(row) };

            GoldenTokenizer.Default.Encode(row.Text(), options: options).InputIds.ShouldBe(row.GetProperty("input_ids").Ints(), row.ToString());
            rows++;
        }

        rows.ShouldBe(424);
    }

    [Fact]
    public void Encode_Pair_IsCutByEachStrategyAsHuggingFaceCuts()
    {
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("pairs"))
        {
            var strategy = row.Text("truncation") switch
            {
                "longest_first" => TruncationStrategy.LongestFirst,
                "only_first" => TruncationStrategy.OnlyFirst,
                _ => TruncationStrategy.OnlySecond,
            };
            var options = new EncodingOptions { MaxLength = row.GetProperty("max_length").GetInt32(), TruncationStrategy = strategy };

            var encoded = GoldenTokenizer.Default.Encode(row.Text(), row.Text("text_pair"), options);

            encoded.InputIds.ShouldBe(row.GetProperty("input_ids").Ints(), row.ToString());
            encoded.TokenTypeIds.ShouldBe(row.GetProperty("token_type_ids").Ints(), row.ToString());
            rows++;
        }

        rows.ShouldBe(335);
    }

    [Fact]
    public void EncodeChunks_LongText_GivesHuggingFacesOverflow()
    {
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("chunks"))
        {
            var options = new EncodingOptions { MaxLength = row.GetProperty("max_length").GetInt32(), Stride = row.GetProperty("stride").GetInt32() };

            var chunks = GoldenTokenizer.Default.EncodeChunks(row.Text(), null, options);

            chunks.Select(chunk => chunk.InputIds).ShouldBe(row.GetProperty("chunks").EnumerateArray().Select(GoldenTokenizer.Ints));
            chunks.Select(chunk => chunk.Offsets).ShouldBe(row.GetProperty("offsets").EnumerateArray().Select(GoldenTokenizer.Spans));
            rows++;
        }

        rows.ShouldBe(65);
    }

    [Fact]
    public void Pad_BothSidesAndMultiples_EqualsHuggingFace()
    {
        var rows = 0;
        foreach (var row in GoldenTokenizer.Rows("pad"))
        {
            var options = new EncodingOptions { MaxLength = row.GetProperty("max_length").GetInt32() };
            var texts = row.GetProperty("texts").EnumerateArray().Select(text => GoldenTokenizer.Default.Encode(text.GetString()!, options: options)).ToList();
            int? multiple = row.GetProperty("pad_to_multiple_of") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

            var batch = GoldenTokenizer.Default.Pad(texts, row.Text("padding_side") == "left" ? PaddingSide.Left : PaddingSide.Right, multiple);

            batch.InputIds.Chunk(batch.Length).ShouldBe(row.GetProperty("input_ids").EnumerateArray().Select(GoldenTokenizer.Ints));
            batch.AttentionMask.Chunk(batch.Length).ShouldBe(row.GetProperty("attention_mask").EnumerateArray().Select(GoldenTokenizer.Ints));
            batch.TokenTypeIds.Chunk(batch.Length).ShouldBe(row.GetProperty("token_type_ids").EnumerateArray().Select(GoldenTokenizer.Ints));
            rows++;
        }

        rows.ShouldBe(4);
    }

    private static WordPieceOptions Options(JsonElement row) => new()
    {
        DoLowerCase = row.GetProperty("do_lower_case").GetBoolean(),
        TokenizeChineseChars = row.GetProperty("tokenize_chinese_chars").GetBoolean(),
        StripAccents = row.OptionalBool("strip_accents"),
    };

    private static TruncationSide Side(JsonElement row) => row.Text("truncation_side") == "left" ? TruncationSide.Left : TruncationSide.Right;
}
