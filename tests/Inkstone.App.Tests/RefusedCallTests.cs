using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Calls that make no sense: refused before any work, in one message that says what to do.</summary>
public sealed class RefusedCallTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("there is no verb trian; did you mean train? Expected one of demo, train, pretrain, baseline, test, compare, report, sweep, predict, explain, tokenize, convert, data, hub, config.", "trian", "sentiment")]
    [InlineData("a verb is missing: one of demo,")]
    [InlineData("there is no verb converts; did you mean convert? Expected one of report, convert, clean, split.", "data", "converts", "x.csv")]
    [InlineData("there is no option --modle; did you mean --model?", "predict", "--modle", "x", "好")]
    [InlineData("there is no option --epochs. (A text that begins with a dash goes after a lone --.)", "train", "sentiment", "--epochs", "3")]
    [InlineData("Option '--model' is required", "predict", "好")]
    [InlineData("--top-k must be a whole number, but is 'many'", "predict", "--model", "m", "--top-k", "many", "好")]
    [InlineData("--top-chunks must be at least 1; leave it out to show none.", "predict", "--model", "m", "--top-chunks", "0", "好")]
    [InlineData("--top-k and --batch-tokens must be at least 1", "predict", "--model", "m", "--top-k", "0", "好")]
    [InlineData("give texts or --input, not both", "predict", "--model", "m", "--input", "x.csv", "好")]
    [InlineData("--output belongs to --input FILE", "predict", "--model", "m", "--output", "y.jsonl", "好")]
    [InlineData("y.xlsx: this is written as .jsonl or .csv", "predict", "--model", "m", "--input", "x.csv", "--output", "y.xlsx")]
    [InlineData("give --model M and --data FILE, or --predictions FILE", "test", "--model", "m")]
    [InlineData("--predictions goes with --output-dir alone", "test", "--predictions", "p.jsonl", "--bf16")]
    [InlineData("there is no recipe sentimant; did you mean sentiment?", "train", "sentimant")]
    [InlineData("training.num_train_epoch is no key of a recipe; did you mean training.num_train_epochs?", "train", "sentiment", "--set", "training.num_train_epoch=3")]
    [InlineData("training.num_train_epochs must be a whole number, but is many", "train", "sentiment", "--set", "training.num_train_epochs=many")]
    [InlineData("no-such-model: there is no such folder, and as a model of the hub: no-such-model is not in the Hugging Face cache", "predict", "--model", "no-such-model", "好")]
    [InlineData("./runs/x: there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt), a run, or a name of the hub such as", "predict", "--model", "./runs/x", "好")]
    [InlineData("a/b/c: there is no such folder.", "predict", "--model", "a/b/c", "好")]
    [InlineData("there is no verb guess. Expected one of demo,", "guess", "--help")]
    [InlineData("there is no verb converts; did you mean convert?", "data", "converts", "--help")]
    [InlineData("--where belongs to --input FILE", "predict", "--model", "m", "--where", "a = 1", "好")]
    [InlineData("--text-column belongs to --input FILE", "tokenize", "--vocab", "v", "--text-column", "a", "好")]
    [InlineData("a b is no name of the hub: expected name or org/name", "hub", "download", "a b")]
    [InlineData("--output-dir is empty; give it a path, or leave it out.", "train", "sentiment", "--output-dir", "")]
    [InlineData("/proc/x cannot be written: ", "baseline", "sentiment", "--output-dir", "/proc/x")]
    [InlineData("/proc/x cannot be written: ", "data", "split", "x.csv", "--output-dir", "/proc/x")]
    [InlineData("/proc/x.html cannot be written: ", "data", "report", "x.csv", "--output", "/proc/x.html")]
    [InlineData("give two runs or more", "compare", "runs/a")]
    [InlineData("--set takes KEY=VALUE, but '好' is no such pair. A text goes before --set, or after a lone --.", "predict", "--model", "m", "--set", "tokenizer.max_length=64", "好")]
    [InlineData("--set takes KEY=VALUE, but 'sentiment' is no such pair. RECIPE goes before --set", "train", "--set", "training.seed=1", "sentiment")]
    [InlineData("org/tiny is not in the Hugging Face cache", "hub", "download", "org/tiny")]
    public void Call_ThatMakesNoSense_IsRefused(string sentence, params string[] arguments)
    {
        CliRun.Of(arguments, folder: scratch.Path).ShouldBeRefused(sentence);

        scratch.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Predict_TextAfterALoneDoubleDash_MayBeginWithDashes() =>
        CliRun.Of("predict", "--model", Golden.Bert, "--", "--好").ShouldExit(0).Lines[0].ShouldBe("Text: --好");

    [Fact]
    public void Predict_TextThatBeginsWithAt_IsAText() =>
        CliRun.Of("predict", "--model", Golden.Bert, "@小明 今天好开心").ShouldExit(0).Lines[0].ShouldBe("Text: @小明 今天好开心");

    [Fact]
    public void Help_OfAVerb_CallsTheProgramInkstone()
    {
        CliRun.Of("data", "--help").ShouldExit(0).Stdout.ShouldContain("inkstone data [command]");
        CliRun.Of("--version").ShouldExit(0).Lines[0].ShouldMatch(@"^\d+\.\d+");
    }

    [Theory]
    [InlineData("data", "convert", "HERE/x.jsonl", "--output", "HERE/x.jsonl")]
    [InlineData("data", "convert", "HERE/*.jsonl", "--output", "HERE/./x.jsonl")]
    [InlineData("data", "convert", "HERE/link.jsonl", "--output", "HERE/x.jsonl")]
    [InlineData("data", "clean", "HERE/x.jsonl", "--output", "HERE/x.jsonl")]
    [InlineData("data", "report", "HERE/x.json", "--output", "HERE/x.json")]
    [InlineData("predict", "--model", "m", "--input", "HERE/x.jsonl", "--output", "HERE/x.jsonl")]
    [InlineData("tokenize", "--model", "m", "--input", "HERE/x.jsonl", "--output", "HERE/x.jsonl")]
    public void Output_ThatIsAnInput_IsRefused(params string[] call)
    {
        const string row = "{\"text\":\"好\",\"label\":\"a\"}\n";
        scratch.Write("x.jsonl", row);
        scratch.Write("x.json", row);
        File.CreateSymbolicLink(scratch.Of("link.jsonl"), scratch.Of("x.jsonl"));

        CliRun.Of([.. call.Select(word => word.Replace("HERE", scratch.Path, StringComparison.Ordinal))]).ShouldBeRefused("this file is also read, and would be replaced; give the output another name.");

        File.ReadAllText(scratch.Of("x.jsonl")).ShouldBe(row);
        File.ReadAllText(scratch.Of("x.json")).ShouldBe(row);
    }

    [Fact]
    public void Predict_OutputThatIsAFolder_IsRefused()
    {
        Directory.CreateDirectory(scratch.Of("y.jsonl"));

        CliRun.Of("predict", "--model", Golden.Bert, "--input", Golden.TrainCsv, "--output", scratch.Of("y.jsonl")).ShouldBeRefused("y.jsonl: a folder has this name");
    }

    [Fact]
    public void Train_MaxLengthBeyondThePositionTable_IsRefused()
    {
        CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--set", "tokenizer.max_length=4000")
            .ShouldBeRefused("tokenizer.max_length is 4000, but the model's position table ends at 512; set tokenizer.max_length to at most 512.");

        scratch.Names.ShouldBe(["r.yaml"]);
    }
}
