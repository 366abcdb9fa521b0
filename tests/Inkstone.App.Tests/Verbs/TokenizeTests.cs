using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>Every run here names a native library that does not exist: the verb must not want it.</summary>
public sealed class TokenizeTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    private static string Vocab => Repo.Golden("vocab.txt");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(false, true, null)]
    [InlineData(true, false, null)]
    [InlineData(true, true, false)]
    public void Tokenize_GoldenTexts_GivesHuggingFacesIdsAndOffsets(bool doLowerCase, bool tokenizeChineseChars, bool? stripAccents)
    {
        var golden = Golden.JsonLines(Repo.Golden("tokenizer", "encode.jsonl.gz"))
            .Where(row => row["do_lower_case"]!.GetValue<bool>() == doLowerCase
                && row["tokenize_chinese_chars"]!.GetValue<bool>() == tokenizeChineseChars
                && row["strip_accents"]?.GetValue<bool>() == stripAccents)
            .ToList();
        golden.ShouldNotBeEmpty();

        var rows = Tokenize(golden,
        [
            "--do-lower-case", doLowerCase ? "true" : "false", "--tokenize-chinese-chars", tokenizeChineseChars ? "true" : "false",
            .. stripAccents is { } strips ? new[] { "--strip-accents", strips ? "true" : "false" } : [],
        ]);

        ShouldAgree(rows, golden, "input_ids", "offsets");
    }

    [Theory]
    [InlineData("right", 8)]
    [InlineData("left", 16)]
    [InlineData("right", 128)]
    public void Tokenize_Truncated_GivesHuggingFacesIds(string side, int maxLength)
    {
        var golden = Golden.JsonLines(Repo.Golden("tokenizer", "truncate.jsonl.gz"))
            .Where(row => row["truncation_side"]!.GetValue<string>() == side && row["max_length"]!.GetValue<int>() == maxLength).ToList();
        golden.ShouldNotBeEmpty();

        ShouldAgree(Tokenize(golden, ["--truncation-side", side, "--max-length", $"{maxLength}"]), golden, "input_ids");
    }

    [Theory]
    [InlineData(32, 8)]
    [InlineData(512, 128)]
    public void Tokenize_Stride_GivesHuggingFacesChunks(int maxLength, int stride)
    {
        var golden = Golden.JsonLines(Repo.Golden("tokenizer", "chunks.jsonl.gz"))
            .Where(row => row["max_length"]!.GetValue<int>() == maxLength && row["stride"]!.GetValue<int>() == stride).ToList();
        golden.ShouldNotBeEmpty();

        ShouldAgree(Tokenize(golden, ["--max-length", $"{maxLength}", "--stride", $"{stride}"]), golden, "chunks", "offsets");
    }

    [Fact]
    public void Tokenize_Padding_FillsEveryRowToTheLongest()
    {
        var golden = Golden.JsonLines(Repo.Golden("tokenizer", "pad.jsonl.gz"))
            .First(row => row["padding_side"]!.GetValue<string>() == "right" && row["pad_to_multiple_of"] is null);
        var texts = golden["texts"]!.AsArray().Select(text => new JsonObject { ["text"] = text!.DeepClone() }).ToList();

        var rows = Tokenize(texts, ["--padding", "longest", "--max-length", "64"]);

        rows.Count.ShouldBe(texts.Count);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            row["input_ids"]!.ToJsonString().ShouldBe(golden["input_ids"]![index]!.ToJsonString());
            row["attention_mask"]!.ToJsonString().ShouldBe(golden["attention_mask"]![index]!.ToJsonString());
            row["offsets"]!.AsArray().Count.ShouldBe(row["input_ids"]!.AsArray().Count);
        }
    }

    [Fact]
    public void Tokenize_Pairs_MarkTheSecondText()
    {
        var input = scratch.Write("pairs.jsonl", "{\"question\":\"好\",\"answer\":\"不好\"}\n");

        var run = Run(["tokenize", "--vocab", Vocab, "--input", input, "--text-column", "question", "--text-pair-column", "answer"]);

        run.LastLine["token_type_ids"]!.ToJsonString().ShouldBe("[0,0,0,1,1,1]");
    }

    [Fact]
    public void Tokenize_HeadAndTail_KeepsBothEnds()
    {
        var text = string.Concat(Enumerable.Repeat("一二三四五六七八九十", 3));
        var whole = Ids(Run(["tokenize", "--vocab", Vocab, "--no-truncation", text]));

        var cut = Ids(Run(["tokenize", "--vocab", Vocab, "--truncation-side", "both", "--head-tokens", "4", "--max-length", "12", text]));

        cut.ShouldBe([.. whole[..5], .. whole[^7..]]);
    }

    [Fact]
    public void Tokenize_Texts_PrintsTokensAndIds() =>
        Run(["tokenize", "--model", Golden.Bert, "这个电影太好看了！"]).Stdout.ShouldBe("[CLS] 这 个 电 影 太 好 看 了 ！ [SEP]\n11 747 708 700 743 729 710 721 724 88 12\n");

    [Fact]
    public void Tokenize_Checkpoint_CleansAndCutsAsItsModelDoes()
    {
        foreach (var file in Directory.GetFiles(Golden.Bert))
        {
            File.Copy(file, scratch.Of(Path.GetFileName(file)));
        }

        scratch.Write("inkstone.json", """
            {"format_version": 1, "pooling": "pooler", "aggregation": "mean", "tokenizer": {"max_length": 6, "truncation_side": "left"}, "cleaning": {"urls": "remove"}}
            """);
        var folder = Path.GetDirectoryName(scratch.Of("inkstone.json"))!;

        Run(["tokenize", "--model", folder, "这个电影太好看了http://t.cn/x"]).Lines[0].ShouldBe("[CLS] 太 好 看 了 [SEP]");
        Run(["tokenize", "--model", folder, "--max-length", "5", "--truncation-side", "right", "这个电影太好看了http://t.cn/x"]).Lines[0].ShouldBe("[CLS] 这 个 电 [SEP]");
    }

    [Fact]
    public void Tokenize_CheckpointOfChunks_ShowsThoseThatItsModelGets()
    {
        foreach (var file in Directory.GetFiles(Golden.Bert))
        {
            File.Copy(file, scratch.Of(Path.GetFileName(file)));
        }

        scratch.Write("inkstone.json", """
            {"format_version": 1, "pooling": "pooler", "aggregation": "mean", "tokenizer": {"max_length": 6, "long_text": "chunk", "stride": 1, "max_chunks": 2, "truncation_side": "both"}}
            """);
        var folder = Path.GetDirectoryName(scratch.Of("inkstone.json"))!;

        // Ten tokens in chunks of four that share one are three, of which the first and the last stay.
        Run(["tokenize", "--model", folder, "这个电影太好看了这个"]).Lines.Where((_, line) => line % 2 == 0).ShouldBe(["[CLS] 这 个 电 影 [SEP]", "[CLS] 看 了 这 个 [SEP]"]);
    }

    [Fact]
    public void Tokenize_ChunksOfAPair_KeepTheSecondTextWhole()
    {
        var rows = scratch.Write("pairs.csv", "text,other\n这个电影太好看了,好看\n");

        var row = Run(["tokenize", "--model", Golden.Bert, "--input", rows, "--text-pair-column", "other", "--max-length", "9", "--stride", "1"]).LastLine;

        var tail = Ids(Run(["tokenize", "--model", Golden.Bert, "好看"]))[1..];
        row["chunks"]!.AsArray().Count.ShouldBe(3);
        row["chunks"]!.AsArray().ShouldAllBe(chunk => chunk!.AsArray().GetValues<int>().TakeLast(3).SequenceEqual(tail));
    }

    [Fact]
    public void Tokenize_TextsWithOutput_WritesTheFile()
    {
        Run(["tokenize", "--model", Golden.Bert, "好", "--output", scratch.Of("y.jsonl")]).Stdout.ShouldBeEmpty();

        Golden.JsonLines(scratch.Of("y.jsonl"))[0]["input_ids"]!.ToJsonString().ShouldBe("[11,710,12]");
    }

    [Fact]
    public void Tokenize_Pipe_WritesJsonLines() =>
        Run(["tokenize", "--model", Golden.Bert], "好\n").LastLine.ToJsonString().ShouldBe("{\"text\":\"\\u597D\",\"input_ids\":[11,710,12],\"token_type_ids\":[0,0,0],\"offsets\":[[0,0],[0,1],[0,0]]}");

    [Theory]
    [InlineData("give --model FOLDER or --vocab FILE", "好")]
    [InlineData("give texts or --input, not both", "--vocab", "v", "--input", "x.csv", "好")]
    [InlineData("--no-truncation goes with neither --max-length nor --stride", "--vocab", "v", "--no-truncation", "--stride", "4", "好")]
    [InlineData("choose one", "--vocab", "v", "--padding", "longest", "--stride", "4", "好")]
    [InlineData("y.csv: this is written as .jsonl", "--vocab", "v", "--output", "y.csv", "好")]
    [InlineData("there is no option --max-len; did you mean --max-length?", "--vocab", "v", "--max-len", "4", "好")]
    [InlineData("--max-length must be a whole number, but is 'long'", "--vocab", "v", "--max-length", "long", "好")]
    public void Tokenize_CallThatMakesNoSense_IsRefused(string sentence, params string[] arguments) => CliRun.Of(["tokenize", .. arguments]).ShouldBeRefused(sentence);

    [Theory]
    [InlineData("--stride needs --max-length", "--stride", "4")]
    [InlineData("--max-length must be at least 3", "--max-length", "2")]
    [InlineData("--head-tokens belongs to --truncation-side both", "--max-length", "8", "--head-tokens", "3")]
    [InlineData("--head-tokens must be at least 0", "--max-length", "8", "--truncation-side", "both", "--head-tokens", "-3")]
    [InlineData("--truncation-side both has nothing to do", "--max-length", "8", "--truncation-side", "both", "--stride", "3")]
    [InlineData("--stride must be at least 0 and less than --max-length − 2", "--max-length", "8", "--stride", "6")]
    public void Tokenize_LimitsThatDoNotFit_AreRefused(string sentence, params string[] arguments) =>
        CliRun.Of(["tokenize", "--vocab", Vocab, .. arguments, "好"]).ShouldBeRefused(sentence);

    private static int[] Ids(CliRun run) => [.. run.Lines[1].Split(' ').Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];

    private static CliRun Run(string[] arguments, string stdin = "") => CliRun.Of(arguments, stdin, environment: [("INKSTONE_NATIVE", "/nonexistent.so")]).ShouldExit(0);

    private static void ShouldAgree(IReadOnlyList<JsonObject> rows, List<JsonObject> golden, params string[] keys)
    {
        rows.Count.ShouldBe(golden.Count);
        foreach (var (row, expected) in rows.Zip(golden))
        {
            foreach (var key in keys)
            {
                row[key]!.ToJsonString().ShouldBe(expected[key]!.ToJsonString(), expected["text"]!.ToJsonString());
            }
        }
    }

    private IReadOnlyList<JsonObject> Tokenize(IEnumerable<JsonObject> texts, string[] options)
    {
        var input = scratch.Write("texts.jsonl", Golden.ToJsonLines(texts.Select(row => new JsonObject { ["text"] = row["text"]!.DeepClone() })));
        var output = scratch.Of("tokens.jsonl");
        Run(["tokenize", "--vocab", Vocab, "--input", input, "--output", output, .. options]);
        return Golden.JsonLines(output);
    }
}
