using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class ExplainTests : IDisposable
{
    private const string Background = "48;";   // of an escape sequence that sets the color behind a text
    private const string Review = "这个电影太好看了！";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Explain_GoldenTexts_GivesCaptumsScoresTo1eMinus4()
    {
        var golden = Golden.JsonLines(Repo.Golden("models", "bert.explain.jsonl"));
        var input = scratch.Write("texts.jsonl", Golden.ToJsonLines(golden.Select(row => new JsonObject { ["text"] = row["text"]!.DeepClone() })));
        var output = scratch.Of("x.json");

        CliRun.Of("explain", "--model", Golden.Bert, "--max-length", "64", "--method", "grad_x_input,integrated_gradients", "--input", input, "--output", output).ShouldExit(0);

        var rows = Read(output);
        rows.Count.ShouldBe(2 * golden.Count);
        for (var index = 0; index < rows.Count; index++)
        {
            var (row, expected) = (rows[index], golden[index / 2]);
            var method = index % 2 == 0 ? "grad_x_input" : "integrated_gradients";
            row["method"]!.GetValue<string>().ShouldBe(method);
            row["text"]!.GetValue<string>().ShouldBe(expected["text"]!.GetValue<string>());
            row["label"]!.GetValue<string>().ShouldBe(expected["label"]!.GetValue<string>());
            row["input_ids"]!.ToJsonString().ShouldBe(expected["input_ids"]!.ToJsonString());
            ShouldBeClose(Numbers(row["scores"]!), Numbers(expected[method]!), 1e-4);
            ShouldBeClose([.. row["logits"]!.AsObject().Select(logit => logit.Value!.GetValue<double>())], Numbers(expected["logits"]!), 1e-5);
            row.ContainsKey("delta").ShouldBe(method == "integrated_gradients");
            row.ContainsKey("chunk_idx").ShouldBeFalse();
            row["tokens"]!.AsArray()[0]!.GetValue<string>().ShouldBe("[CLS]");
            row["offsets"]!.AsArray().Count.ShouldBe(row["tokens"]!.AsArray().Count);
        }
    }

    [Fact]
    public void Explain_OneText_TakesIntegratedGradientsAndCountsCodePoints()
    {
        CliRun.Of("explain", "--model", Golden.Bert, "--output", scratch.Of("x.json"), "😀好").ShouldExit(0).Stdout.ShouldBeEmpty();

        var row = Read(scratch.Of("x.json")).Single();
        row["method"]!.GetValue<string>().ShouldBe("integrated_gradients");
        row["offsets"]!.ToJsonString().ShouldBe("[[0,0],[0,1],[1,2],[0,0]]");
    }

    [Fact]
    public void Explain_LongText_HasOneObjectAChunkAndWordsOfTheWhole()
    {
        CliRun.Of(
            "explain", "--model", Golden.Bert, "--output", scratch.Of("x.json"), "--by", "word",
            "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=12", "tokenizer.stride=3", "--", string.Concat(Enumerable.Repeat(Review, 3))).ShouldExit(0);

        var rows = Read(scratch.Of("x.json"));
        rows.Select(row => row["chunk_idx"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, rows.Count));
        rows.Count.ShouldBeGreaterThan(2);
        rows[^1]["offsets"]!.AsArray().Max(span => span![1]!.GetValue<int>()).ShouldBe(27);
        rows.ShouldAllBe(row => row["logits"]!.ToJsonString() == rows[0]["logits"]!.ToJsonString());
        var words = rows[0]["words"]!.AsArray();
        string.Concat(words.Select(word => word!["text"]!.GetValue<string>())).Length.ShouldBe(27);
        words.Sum(word => word!["score"]!.GetValue<double>()).ShouldBe(rows.Sum(row => Numbers(row["scores"]!)[1..^1].Sum()), 1e-5);
    }

    [Fact]
    public void Explain_TopChunks_WritesTheStrongestFirst()
    {
        string[] call = ["explain", "--model", Golden.Bert, "--by", "word", "--set", "tokenizer.long_text=chunk", "tokenizer.max_length=12", "tokenizer.stride=3", "--output"];
        string[] text = ["--", string.Concat(Enumerable.Repeat(Review, 3))];
        CliRun.Of([.. call, scratch.Of("all.json"), .. text]).ShouldExit(0);
        CliRun.Of([.. call, scratch.Of("top.json"), "--top-chunks", "2", .. text]).ShouldExit(0);

        var (all, top) = (Read(scratch.Of("all.json")), Read(scratch.Of("top.json")));
        var strongest = all.OrderByDescending(row => row["chunk_logits"]![row["label"]!.GetValue<string>()]!.GetValue<double>()).Take(2).ToArray();
        top.Select(row => row["chunk_idx"]!.GetValue<int>()).ShouldBe(strongest.Select(row => row["chunk_idx"]!.GetValue<int>()));
        top.Select(row => row["scores"]!.ToJsonString()).ShouldBe(strongest.Select(row => row["scores"]!.ToJsonString()));
        top[0]["words"]!.ToJsonString().ShouldBe(all[0]["words"]!.ToJsonString(), "words are of the whole text, in its first object");
        CliRun.Of("explain", "--model", Golden.Bert, "--top-chunks", "2", "--", Review).ShouldBeRefused("--top-chunks must be at least 1, and belongs to the explanations in --output FILE.json.");
    }

    [Fact]
    public void Explain_Against_ExplainsThatLabelsLogitAndTheContrast()
    {
        string[] call = ["explain", "--model", Golden.Bert, Review, "--output"];
        CliRun.Of([.. call, scratch.Of("plain.json")]).ShouldExit(0);
        CliRun.Of([.. call, scratch.Of("x.json"), "--against", "negative"]).ShouldExit(0);

        var (plain, row) = (Read(scratch.Of("plain.json"))[0], Read(scratch.Of("x.json"))[0]);
        row["label"]!.GetValue<string>().ShouldBe("negative");
        row["predicted"]!.GetValue<string>().ShouldBe("positive");
        row["contrast"]!["label"]!.GetValue<string>().ShouldBe("positive");
        ShouldBeClose(Numbers(row["contrast"]!["scores"]!), [.. Numbers(plain["scores"]!).Zip(Numbers(row["scores"]!), (a, b) => a - b)], 1e-6);
        row["contrast"]!["delta"]!.GetValue<double>().ShouldBe(plain["delta"]!.GetValue<double>() - row["delta"]!.GetValue<double>(), 1e-9);
    }

    [Fact]
    public void Explain_Pairs_SaysWhichTokensAreOfWhichText()
    {
        var input = scratch.Write("x.csv", "a,b\n房间很小,服务很好\n");

        CliRun.Of("explain", "--model", Golden.Bert, "--input", input, "--text-column", "a", "--text-pair-column", "b", "--output", scratch.Of("x.json")).ShouldExit(0);

        var row = Read(scratch.Of("x.json"))[0];
        row["text_pair"]!.GetValue<string>().ShouldBe("服务很好");
        row["token_type_ids"]!.ToJsonString().ShouldBe("[0,0,0,0,0,0,1,1,1,1,1]");
    }

    [Fact]
    public void Explain_NoTerminal_PrintsATableWithoutEscapeCodes()
    {
        var run = CliRun.Of("explain", "--model", Golden.Bert, "--max-length", "64", Review).ShouldExit(0);

        run.Stdout.ShouldNotContain("\u001b");
        run.Lines[0].ShouldBe($"Text: {Review}");
        run.Lines[1].ShouldBe("Pred: positive (conf=0.47)");
        run.Lines[2].ShouldStartWith("integrated_gradients: for (+) and against (-) positive, from [PAD]; convergence delta ");
        run.Stdout.ShouldContain("电影");
        (run.Stdout.Contains(" ++++++++++++ ", StringComparison.Ordinal) || run.Stdout.Contains(" ------------ ", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public void Explain_Terminal_ColorsTheTextUnlessToldNotTo()
    {
        string[] call = ["explain", "--model", Golden.Bert, Review];

        CliRun.OnTerminal(100, call, [("NO_COLOR", null)], []).ShouldExit(0).Stdout.ShouldContain(Background);
        CliRun.OnTerminal(100, [.. call, "--no-color"], [("NO_COLOR", null)], []).ShouldExit(0).Stdout.ShouldNotContain(Background);
    }

    [Fact]
    public void Explain_TruncatedAndUnknownTexts_SaysSo()
    {
        var cut = CliRun.Of("explain", "--model", Golden.Bert, "--max-length", "6", Review).ShouldExit(0);
        var unknown = CliRun.Of("explain", "--model", Golden.Bert, "\U00020000\U00020001").ShouldExit(0);
        var file = CliRun.Of("explain", "--model", Golden.Bert, "--max-length", "6", "--input", scratch.Write("x.csv", $"text\n{Review}\n好\n\"\"\n"), "--output", scratch.Of("x.json")).ShouldExit(0);

        cut.Stdout.ShouldContain("The model saw only a part: 9 tokens");
        unknown.Stdout.ShouldContain("Every token is unknown to the vocabulary");
        file.Stderr.ShouldContain("1 of 3 texts are longer than the model reads");
        file.Stderr.ShouldContain("1 of 3 texts are empty");
    }

    [Fact]
    public void Explain_WrongCalls_AreRefused()
    {
        Refused([Review, "--method", "integrated_gradient"], "there is no method 'integrated_gradient'; did you mean integrated_gradients?");
        Refused([Review, "--against", "positiv"], "the model has no label 'positiv'; did you mean positive?", "negative, neutral, positive");
        Refused([Review, "--against", "negative", "--label", "negative"], "name the same label");
        Refused([Review, "--by", "letter"], "--by must be one of token, character, word, but is 'letter'");
        Refused([Review, "--attention", "0"], "there is no attention '0'");
        Refused([Review, "--attention", "9", "--method", "attention"], "the model has 3 layers of 4 heads");
        Refused([Review, "--steps", "0"], "steps must be from 1 to 1000, but is 0");
        Refused([Review, "--output", scratch.Of("x.txt")], ".html or .json");
        Refused([Review, "--method", "attention", "--steps", "5"], "--steps belongs to integrated_gradients, which is not among the methods");
        Refused([Review, "--attention", "mean"], "--attention belongs to attention, which is not among the methods");
        Refused([Review, "--method", "attention", "--against", "negative"], "--against means nothing to attention, which belongs to no class");
        Refused([Review, "--limit", "3"], "--limit belongs to --input");
        Refused([""], "a text is empty");
        Refused([], "standard input: the file is empty");

        static void Refused(string[] arguments, params string[] parts) => CliRun.Of(["explain", "--model", Golden.Bert, .. arguments]).ShouldBeRefused(parts);
    }

    [Fact]
    public void Explain_Page_LetsNoTextOrLabelBecomeMarkup()
    {
        var model = HostileModel();

        CliRun.Of("explain", "--model", model, "--output", scratch.Of("x.html"), "好<script>alert(1)</script>&\"'").ShouldExit(0);

        var page = File.ReadAllText(scratch.Of("x.html"));
        page.ShouldNotContain("<script>alert");
        page.ShouldNotContain("</script><b>");
        page.ShouldNotContain("http://");
        page.ShouldNotContain("https://");
        page.ShouldContain("script-src 'sha256-");
        page.Split("<script").Length.ShouldBe(3);   // the data, the page's own script
    }

    [Fact]
    public void Explain_PageInABrowser_ShowsTextsMethodsAndLabels()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "needs chromium");
        CliRun.Of("explain", "--model", HostileModel(), "--output", scratch.Of("x.html"), "好<script>alert(1)</script>", Review).ShouldExit(0);

        using var browser = CliRun.StartProgram(
            "/usr/bin/chromium", ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={scratch.Of("profile")}", "--dump-dom", $"file://{scratch.Of("x.html")}"], null);
        var dom = CliRun.End(browser).ShouldExit(0).Stdout;

        dom.ShouldContain("<article>");
        dom.ShouldContain("电影");
        dom.ShouldContain("&lt;/script&gt;&lt;b&gt;\"坏\", 差");
        dom.ShouldContain("value=\"grad_x_input\"");
        dom.ShouldContain("--share:");
        dom.ShouldNotContain("<script>alert");
    }

    [Fact]
    public void Explain_Faithfulness_RanksMethodsBesideRandomOrder()
    {
        var input = scratch.Write("x.csv", $"text\n{Review}\n房间很小，不会再来\n服务态度一般\n");

        var run = CliRun.Of("explain", "--model", Golden.Bert, "--input", input, "--faithfulness", "--output", scratch.Of("x.json")).ShouldExit(0);

        foreach (var name in new[] { "integrated_gradients (pad)", "integrated_gradients (mask)", "grad_x_input", "attention (mean)", "attention (rollout)", "random order" })
        {
            run.Stdout.ShouldContain(name);
        }

        run.Lines[^1].ShouldContain("on 3 texts");
        foreach (var curve in Read(scratch.Of("x.json")))
        {
            var (deletion, insertion) = (Numbers(curve["deletion"]!), Numbers(curve["insertion"]!));
            deletion.Length.ShouldBe(11);
            insertion[10].ShouldBe(deletion[0], 1e-6);   // nothing taken, and everything there
            insertion[0].ShouldBe(deletion[10], 1e-6);
        }

        var gaps = Read(scratch.Of("x.json")).ToDictionary(curve => curve["name"]!.GetValue<string>(), curve => curve["insertion_area"]!.GetValue<double>() - curve["deletion_area"]!.GetValue<double>());
        gaps["integrated_gradients (mask)"].ShouldBeGreaterThan(gaps["random order"]);   // strongest first, not last
    }

    [Fact]
    public void Explain_FaithfulnessOfTextsWithoutOrder_IsRefused() =>
        CliRun.Of("explain", "--model", Golden.Bert, "好", "--faithfulness").ShouldBeRefused("no text has two tokens or more");

    /// <summary>A model whose label would end a script, and begin bold type.</summary>
    private string HostileModel()
    {
        var folder = scratch.Of("hostile");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.GetFiles(Golden.Bert))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            var path = Path.Combine(folder, "config.json");
            var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            config["id2label"] = new JsonObject { ["0"] = "</script><b>\"坏\", 差", ["1"] = "'中'", ["2"] = "<好>" };
            config.Remove("label2id");
            File.WriteAllText(path, config.ToJsonString());
        }

        return folder;
    }

    private static List<JsonObject> Read(string path) => [.. JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(row => row!.AsObject())];

    private static double[] Numbers(JsonNode array) => [.. array.AsArray().Select(number => number!.GetValue<double>())];

    private static void ShouldBeClose(double[] actual, double[] expected, double tolerance)
    {
        actual.Length.ShouldBe(expected.Length);
        for (var index = 0; index < actual.Length; index++)
        {
            actual[index].ShouldBe(expected[index], tolerance);
        }
    }
}
