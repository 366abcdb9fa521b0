using System.Globalization;
using System.Text.Json.Nodes;
using Inkstone.Cli.Verbs;
using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class PredictTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("predict", "--input", "DATA", "--output", "/proc/x.jsonl")]
    [InlineData("test", "--data", "DATA", "--output-dir", "/proc/x.jsonl")]
    public void Verb_OutputThatCannotBeMade_IsRefusedBeforeTheModelIsLoaded(params string[] call) => CliRun.Of(
        [.. call.Select(word => word == "DATA" ? Golden.ValidationCsv : word), "--model", scratch.Of("nowhere")])
        .ShouldBeRefused("/proc/x.jsonl cannot be written: ", ". Choose another place.");

    [Fact]
    public void Predict_FolderOfSeveralRuns_SaysHowToTakeThemTogether()
    {
        foreach (var run in new[] { "runs/seed-1", "runs/seed-2" })
        {
            Directory.CreateDirectory(scratch.Of(run, "best"));
            File.WriteAllText(scratch.Of(run, "recipe.yaml"), "");
        }

        CliRun.Of("predict", "--model", scratch.Of("runs"), "好").ShouldBeRefused(
            "is no model; it holds several runs: seed-1, seed-2. Give one of them, or several as an ensemble whose logits are averaged: "
            + $"--model {scratch.Of("runs", "seed-1")} --model {scratch.Of("runs", "seed-2")}");
    }

    [Fact]
    public void Predict_ModelOrFileAmongTheTexts_IsClassifiedAndPointedOut()
    {
        var file = scratch.Write("rows.csv", "text\n好\n");

        var run = CliRun.Of("predict", "--model", Golden.Bert, Golden.Bert, file, "好").ShouldExit(0);

        run.Lines.Length.ShouldBe(9);
        run.Stderr.ShouldContain($"Note: {Golden.Bert} is taken for a text, though a folder with a model has that name. Several models each need a --model of their own");
        run.Stderr.ShouldContain($"Note: {file} is taken for a text, though a file has that name. To classify its rows: --input {file}");
        run.Stderr.Split("Note: ").Length.ShouldBe(3);
    }

    [Fact]
    public void Predict_OneText_PrintsTheThreeLinesOfTheOutline()
    {
        var run = CliRun.Of("predict", "--model", Golden.Bert, "--max-length", "64", "这个电影太好看了！").ShouldExit(0);

        run.Stdout.ShouldBe("Text: 这个电影太好看了！\nPred: positive (conf=0.47)\nTop-3: positive=0.468, negative=0.301, neutral=0.232\n");
        run.Stderr.ShouldBeEmpty();
    }

    [Fact]
    public void Predict_ManyTextsAndTopOne_KeepsTheOrder()
    {
        var run = CliRun.Of("predict", "--model", Golden.Bert, "--top-k", "1", "房间很小", "好", "这个电影太好看了！").ShouldExit(0);

        run.Lines.Length.ShouldBe(9);
        run.Lines.Where((_, line) => line % 3 == 0).ShouldBe(["Text: 房间很小", "Text: 好", "Text: 这个电影太好看了！"]);
        run.Lines[2].ShouldStartWith("Top-1: ");
        run.Lines[2].ShouldNotContain(",");
    }

    [Fact]
    public void Predict_TextWithLineBreaksAndEscapes_IsStillThreeLines()
    {
        var run = CliRun.Of("predict", "--model", Golden.Bert, "好\n看\u001b[31m").ShouldExit(0);

        run.Lines.Length.ShouldBe(3);
        run.Lines[0].ShouldBe("Text: 好 看 [31m");
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(40)]
    public void Predict_GoldenTexts_MatchesTransformersTo1eMinus5(int batchTokens)
    {
        var golden = Golden.JsonLines(Repo.Golden("models", "bert.texts.jsonl"));
        var input = scratch.Write("texts.jsonl", Golden.ToJsonLines(golden.Select((row, id) => new JsonObject { ["id"] = id, ["text"] = row["text"]!.DeepClone(), ["note"] = $"第{id}行" })));
        var output = scratch.Of("predictions.jsonl");

        CliRun.Of(
            "predict", "--model", Golden.Bert, "--input", input, "--output", output, "--max-length", "64",
            "--batch-tokens", batchTokens.ToString(CultureInfo.InvariantCulture)).ShouldExit(0);

        var rows = Golden.JsonLines(output);
        rows.Count.ShouldBe(golden.Count);
        foreach (var (row, expected, id) in rows.Zip(golden, Enumerable.Range(0, golden.Count)))
        {
            row["text"]!.GetValue<string>().ShouldBe(expected["text"]!.GetValue<string>());
            row["label"]!.GetValue<string>().ShouldBe(expected["label"]!.GetValue<string>());
            row["id"]!.GetValue<int>().ShouldBe(id);
            row["note"]!.GetValue<string>().ShouldBe($"第{id}行");
            ShouldBeClose(row["logits"]!, expected["logits"]!);
            ShouldBeClose(row["probabilities"]!, expected["probabilities"]!);
            row["confidence"]!.GetValue<double>().ShouldBe(row["probabilities"]!.AsObject().Max(label => label.Value!.GetValue<double>()));
        }
    }

    [Fact]
    public void Predict_TextsAroundMaxLength_SaysWhichWereCut()
    {
        var input = scratch.Write("x.csv", $"text\n{new string('好', 62)}\n{new string('好', 63)}\n");

        var run = CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of("y.jsonl"), "--max-length", "64").ShouldExit(0);

        Golden.JsonLines(scratch.Of("y.jsonl")).Select(row => row["truncated"]!.GetValue<bool>()).ShouldBe([false, true]);
        run.Stderr.ShouldContain("1 of 2 texts is longer than the model reads, which saw only a part");
    }

    [Fact]
    public void Predict_LongAndEmptyTexts_SaysSo()
    {
        var run = CliRun.Of("predict", "--model", Golden.Bert, "--max-length", "64", " ", new string('好', 600)).ShouldExit(0);

        run.Lines[3].ShouldBe($"Text: {new string('好', 600)}");   // whole where a program reads it, the beginning on a screen
        run.Stderr.ShouldContain("1 of 2 texts is longer than the model reads");
        run.Stderr.ShouldContain("1 of 2 texts is empty after cleaning: what is said of it comes from no word.");
    }

    [Fact]
    public void Predict_File_EndsWithASummaryOnStandardError()
    {
        var input = scratch.Write("a.csv", "text\n好\n很好看\n");

        var run = CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of("b.jsonl"), "--quiet").ShouldExit(0);

        run.Stdout.ShouldBeEmpty();
        var summary = run.LastErrorLine;
        summary.Select(pair => pair.Key).ShouldBe(["samples", "seconds", "samples_per_second", "tokens_per_second", "peak_memory_mib"]);
        summary["samples"]!.GetValue<int>().ShouldBe(2);
        var seconds = summary["seconds"]!.GetValue<double>();
        summary["samples_per_second"]!.GetValue<double>().ShouldBe(2 / seconds, 1e-6 / seconds);
        summary["tokens_per_second"]!.GetValue<double>().ShouldBe((3 + 5) / seconds, 1e-6 / seconds);
    }

    [Theory]
    [InlineData("x.csv", "id,text,出处\n7,\"好,看\",微博\n8,坏,豆瓣\n")]
    [InlineData("x.tsv", "id\ttext\t出处\n7\t好,看\t微博\n8\t坏\t豆瓣\n")]
    [InlineData("x.jsonl", "{\"id\":\"7\",\"text\":\"好,看\",\"出处\":\"微博\"}\n{\"id\":\"8\",\"text\":\"坏\",\"出处\":\"豆瓣\"}\n")]
    public void Predict_AnyFormat_PassesOtherColumnsThrough(string name, string content)
    {
        var output = scratch.Of("y.jsonl");

        CliRun.Of("predict", "--model", Golden.Bert, "--input", scratch.Write(name, content), "--output", output).ShouldExit(0);

        var rows = Golden.JsonLines(output);
        rows.Select(row => row["text"]!.GetValue<string>()).ShouldBe(["好,看", "坏"]);
        rows.Select(row => row["id"]!.GetValue<string>()).ShouldBe(["7", "8"]);
        rows.Select(row => row["出处"]!.GetValue<string>()).ShouldBe(["微博", "豆瓣"]);
    }

    [Fact]
    public void Predict_ToCsv_HasTheSameNumbersAsJsonl()
    {
        var input = scratch.Write("x.csv", "review,城市\n房间很小,北京\n好看,\"上海\n浦东\"\n");
        string[] call = ["predict", "--model", Golden.Bert, "--input", input, "--text-column", "review", "--output"];

        CliRun.Of([.. call, scratch.Of("y.csv")]).ShouldExit(0);
        CliRun.Of([.. call, scratch.Of("y.jsonl")]).ShouldExit(0);

        var json = Golden.JsonLines(scratch.Of("y.jsonl"));
        var csv = File.ReadAllText(scratch.Of("y.csv"));
        csv.ShouldStartWith("text,label,confidence,probabilities,logits,truncated,城市\n");
        csv.ShouldContain("\"上海\n浦东\"");
        csv.ShouldContain(json[0]["confidence"]!.ToJsonString());
        csv.ShouldContain(json[1]["logits"]!["positive"]!.ToJsonString());
    }

    [Theory]
    [InlineData("y.csv")]
    [InlineData("y.jsonl")]
    public void Predict_InputWithLabels_KeepsThemBesideThePredictions(string name)
    {
        var input = scratch.Write("x.csv", "text,label,城市\n好,真,北京\n");

        CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of(name)).ShouldExit(0);
        CliRun.Of("data", "convert", scratch.Of(name), "--output", scratch.Of("back.jsonl")).ShouldExit(0);

        var row = Golden.JsonLines(scratch.Of("back.jsonl"))[0];
        row["label"]!.GetValue<string>().ShouldBeOneOf("negative", "neutral", "positive");
        row["label_in_file"]!.GetValue<string>().ShouldBe("真");
        row["城市"]!.GetValue<string>().ShouldBe("北京");
    }

    [Fact]
    public void Predict_TopChunks_ShowsThePiecesThatSpeakMostForTheLabel()
    {
        const string Text = "房间很小😀服务态度也一般，不会再来了。这个电影太好看了，很满意！";

        var run = CliRun.Of("predict", "--model", Golden.Bert, "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", "--top-chunks", "2", "--", Text).ShouldExit(0);

        run.Lines.Length.ShouldBe(5);
        var label = run.Lines[1].Split(' ')[1];
        var logits = new List<double>();
        foreach (var line in run.Lines[3..])
        {
            var found = System.Text.RegularExpressions.Regex.Match(line, @"^Chunk (\d) of 3 \[(\d+), (\d+)\): (\w+) logit=(-?\d\.\d{3}): (.+)$");
            found.Success.ShouldBeTrue(line);
            var (start, end) = (int.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture), int.Parse(found.Groups[3].Value, CultureInfo.InvariantCulture));
            found.Groups[6].Value.ShouldBe(string.Concat(Text.EnumerateRunes().Skip(start).Take(end - start)));
            found.Groups[4].Value.ShouldBe(label);
            logits.Add(double.Parse(found.Groups[5].Value, CultureInfo.InvariantCulture));
        }

        logits.ShouldBe(logits.OrderDescending());
    }

    [Fact]
    public void Predict_TopChunksToAFile_WritesThemWithTheirText()
    {
        var input = scratch.Write("x.csv", $"text\n好\n{new string('好', 40)}\n");

        CliRun.Of(
            "predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of("y.jsonl"), "--top-chunks", "2",
            "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4").ShouldExit(0);

        var rows = Golden.JsonLines(scratch.Of("y.jsonl"));
        rows[0]["top_chunks"]!.AsArray().ShouldHaveSingleItem()!["text"]!.GetValue<string>().ShouldBe("好");
        var top = rows[1]["top_chunks"]!.AsArray();
        top.Count.ShouldBe(2);
        var label = rows[1]["label"]!.GetValue<string>();
        var byLogit = rows[1]["chunks"]!.AsArray().OrderByDescending(chunk => chunk!["logits"]![label]!.GetValue<double>()).ToArray();
        for (var place = 0; place < top.Count; place++)
        {
            top[place]!["chunk_idx"]!.GetValue<int>().ShouldBe(byLogit[place]!["chunk_idx"]!.GetValue<int>());
            top[place]!["logit"]!.GetValue<double>().ShouldBe(byLogit[place]!["logits"]![label]!.GetValue<double>());
            top[place]!["text"]!.GetValue<string>().Length.ShouldBe(byLogit[place]!["end"]!.GetValue<int>() - byLogit[place]!["start"]!.GetValue<int>());
        }
    }

    [Fact]
    public void Predict_OtherChunksThanTheCheckpoints_IsDoneWithAWarning()
    {
        var trained = BertTrainedWith("{\"max_length\": 64}");

        CliRun.Of("predict", "--model", trained, "--max-length", "64", "--", "好").ShouldExit(0).Stderr.ShouldBeEmpty();
        var run = CliRun.Of("predict", "--model", trained, "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", "--", "好").ShouldExit(0);

        run.Stderr.ShouldContain("Warning: texts are read in another way than the checkpoint was trained on");
        run.Stderr.ShouldContain("tokenizer.long_text is chunk, in training it was truncate");
        run.Stderr.ShouldContain("tokenizer.stride is 4, in training it was 128");
        run.Stderr.ShouldContain("the chunks' logits are joined by model.aggregation=mean, which had one chunk in training");
        CliRun.Of("predict", "--model", trained, "--set", "tokenizer.long_text=chunk", "tokenizer.stride=4", "model.aggregation=max", "--", "好").ShouldExit(0)
            .Stderr.ShouldContain("model.aggregation is max, in training it was mean");
    }

    [Fact]
    public void Predict_LengthThatDoesNotGoWithTheCheckpointsStride_BlamesTheCall()
    {
        var trained = BertTrainedWith("{\"max_length\": 64, \"long_text\": \"chunk\", \"stride\": 32}");

        CliRun.Of("predict", "--model", trained, "--max-length", "30", "--", "好").ShouldBeRefused("--max-length: tokenizer.stride must be below tokenizer.max_length - 2 (28)");
    }

    [Fact]
    public void Predict_AggregationOfACheckpointThatCutsTexts_IsRefused() => CliRun.Of("predict", "--model", Golden.Bert, "--set", "model.aggregation=max", "--", "好")
        .ShouldBeRefused("model.aggregation", "saved without", "tokenizer.long_text=chunk");

    [Fact]
    public void Predict_ChunkedToCsv_TakesRowsOfOneAndOfManyChunks()
    {
        var input = scratch.Write("x.csv", $"text\n好\n{new string('好', 40)}\n");
        string[] call = ["predict", "--model", Golden.Bert, "--input", input, "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", "--output"];

        CliRun.Of([.. call, scratch.Of("y.csv")]).ShouldExit(0);
        CliRun.Of([.. call, scratch.Of("y.jsonl")]).ShouldExit(0);

        File.ReadLines(scratch.Of("y.csv")).First().ShouldBe("text,label,confidence,probabilities,logits,truncated,chunks");
        var rows = Golden.JsonLines(scratch.Of("y.jsonl"));
        rows[0].ContainsKey("chunks").ShouldBeFalse();
        var chunks = rows[1]["chunks"]!.AsArray();
        chunks.Select(chunk => chunk!["chunk_idx"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, chunks.Count));
        chunks[0]!["start"]!.GetValue<int>().ShouldBe(0);
        chunks[^1]!["end"]!.GetValue<int>().ShouldBe(40);
        chunks[0]!["logits"]!.AsObject().Select(logit => logit.Key).ShouldBe(["negative", "neutral", "positive"]);
        rows[1]["truncated"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_Pipe_TakesATextALine(bool dash)
    {
        string[] call = ["predict", "--model", Golden.Bert];

        var run = CliRun.Of(dash ? [.. call, "--input", "-"] : call, "好,看\n\n\"坏\"\n").ShouldExit(0);

        run.Lines.Where((_, line) => line % 3 == 0).ShouldBe(["Text: 好,看", "Text: ", "Text: \"坏\""]);
    }

    [Fact]
    public void Predict_PipeToFile_WritesOneRowALine()
    {
        CliRun.Of(["predict", "--model", Golden.Bert, "--input", "-", "--output", scratch.Of("y.jsonl")], "好\n坏\n").ShouldExit(0);

        Golden.JsonLines(scratch.Of("y.jsonl")).Select(row => row["text"]!.GetValue<string>()).ShouldBe(["好", "坏"]);
    }

    [Fact]
    public void Predict_Terminal_AsksForTexts()
    {
        var run = CliRun.OnTerminal(100, ["predict", "--model", Golden.Bert], (">> ", "好看\n"), (">> ", "\n"), (">> ", "坏\n"), (">> ", "\u0004")).ShouldExit(0);

        run.Stdout.ShouldContain("Labels: negative, neutral, positive.");
        run.Stdout.ShouldContain("Text: 好看");
        run.Stdout.ShouldContain("Text: 坏");
        run.Stdout.Split("Pred: ").Length.ShouldBe(3);
    }

    [Fact]
    public void Converse_TextsAndABlankLine_AnswersEachTextOnce()
    {
        using var classifier = TextClassifier.Load(Golden.Bert);
        using var input = new StringReader("好看\n  \n坏");
        using var output = new StringWriter();
        using var prompt = new StringWriter();

        PredictVerb.Converse(classifier, new(TopK: 2), input, output, prompt);

        output.ToString().Split('\n').Where(line => line.StartsWith("Text: ", StringComparison.Ordinal)).ShouldBe(["Text: 好看", "Text: 坏"]);
        output.ToString().ShouldContain("Top-2: ");
        prompt.ToString().ShouldBe("Labels: negative, neutral, positive. Type a text and press Enter; Ctrl-D ends.\n>> >> >> >> \n");
    }

    [Fact]
    public void Predict_GermanLocale_WritesPointsInNumbers()
    {
        var run = CliRun.Of(["predict", "--model", Golden.Bert, "--max-length", "64", "这个电影太好看了！"], environment: [("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")]).ShouldExit(0);

        run.Lines[2].ShouldBe("Top-3: positive=0.468, negative=0.301, neutral=0.232");
    }

    [Fact]
    public void Predict_Bfloat16_DiffersInTheThirdDigitOnly()
    {
        string[] call = ["predict", "--model", Golden.Bert, "--input", scratch.Write("x.csv", "text\n这个电影太好看了！\n"), "--output"];

        CliRun.Of([.. call, scratch.Of("a.jsonl")]).ShouldExit(0);
        CliRun.Of([.. call, scratch.Of("b.jsonl"), "--bf16"]).ShouldExit(0);

        var (full, half) = (Golden.JsonLines(scratch.Of("a.jsonl"))[0]["logits"]!, Golden.JsonLines(scratch.Of("b.jsonl"))[0]["logits"]!);
        half.ToJsonString().ShouldNotBe(full.ToJsonString());
        foreach (var (label, logit) in full.AsObject())
        {
            half[label]!.GetValue<double>().ShouldBe(logit!.GetValue<double>(), 0.05);
        }
    }

    private static void ShouldBeClose(JsonNode actual, JsonNode expected)
    {
        var values = actual.AsObject().Select(label => label.Value!.GetValue<double>()).ToArray();
        var references = expected.AsArray().Select(value => value!.GetValue<double>()).ToArray();
        values.Length.ShouldBe(references.Length);
        for (var label = 0; label < values.Length; label++)
        {
            values[label].ShouldBe(references[label], 1e-5);
        }
    }

    private string BertTrainedWith(string tokenizer)
    {
        var trained = Directory.CreateDirectory(scratch.Of("trained")).FullName;
        foreach (var file in Directory.GetFiles(Golden.Bert))
        {
            File.Copy(file, Path.Combine(trained, Path.GetFileName(file)));
        }

        File.WriteAllText(Path.Combine(trained, "inkstone.json"), $"{{\"tokenizer\": {tokenizer}}}");
        return trained;
    }
}
