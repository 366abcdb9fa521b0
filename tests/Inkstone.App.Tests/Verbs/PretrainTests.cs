using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>Pre-training as a user meets it: a folder to train on, runs that are killed, calls that cannot be.</summary>
public sealed class PretrainTests : IDisposable
{
    private const int Kills = 12;

    // Two threads in any case: another number would be another computation.
    private static readonly (string, string?)[] Threads = [("OMP_NUM_THREADS", "2")];
    private static readonly string[] Small =
        ["--layers", "1", "--hidden", "32", "--heads", "2", "--intermediate", "64", "--vocab-size", "200", "--max-length", "24", "--batch-tokens", "256", "--held-out-texts", "20", "--dropout", "0.1"];

    private readonly ScratchFolder scratch = new();
    private readonly string texts;

    public PretrainTests() => texts = scratch.Write("texts.txt", string.Concat(Enumerable.Range(0, 400).Select(Sentence)));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Pretrain_Texts_MakesAFolderThatTrainTakes()
    {
        var run = scratch.Of("run");
        var result = CliRun.Of(["pretrain", texts, "--output-dir", run, .. Small, "--max-steps", "12", "--eval-steps", "5", "--logging-steps", "4"], environment: Threads).ShouldExit(0);

        var line = result.LastLine;
        line["steps"]!.GetValue<int>().ShouldBe(12);
        line["perplexity"]!.GetValue<double>().ShouldBe(Math.Exp(line["loss"]!.GetValue<double>()), 1e-6);
        File.ReadAllLines(Path.Combine(run, "log.csv")).Select(row => string.Join(',', row.Split(',').Take(3).Where((_, at) => at != 1)))
            .ShouldBe(["step,split", "4,train", "5,held_out", "8,train", "10,held_out", "12,train", "12,held_out"]);
        result.Stderr.ShouldContain("of the text becomes [UNK]");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "model", "config.json")))!;
        config["architectures"]!.ToJsonString().ShouldBe("""["BertForMaskedLM"]""");
        config["dtype"]!.ToString().ShouldBe("float16");
        config["hidden_dropout_prob"]!.GetValue<double>().ShouldBe(0.1);

        var trained = CliRun.Of(["train", scratch.Write("r.yaml", Golden.Recipe), "--model", run, "--output-dir", scratch.Of("classifier")], environment: Threads).ShouldExit(0);
        trained.Stderr.ShouldContain("New, from the seed: ");
        trained.Stderr.ShouldNotContain("Missing in the folder");
    }

    [Fact]
    public void Pretrain_KilledAtRandomMoments_EndsInTheSameBits()
    {
        var whole = scratch.Of("whole");
        End(Start(whole)).ShouldExit(0);
        var random = new Random(20261125);
        var (killed, finished, inTraining) = (0, 0, 0);
        while (killed < Kills)
        {
            var run = scratch.Of(string.Create(CultureInfo.InvariantCulture, $"killed-{finished++}"));
            while (killed < Kills)
            {
                var logged = Logged();
                using var process = Start(run);
                if (random.Next(5) > 0)
                {
                    process.WaitUntil(() => Logged() > logged || process.HasExited);
                }

                Thread.Sleep(random.Next(700));
                inTraining += !process.HasExited && Logged() > logged ? 1 : 0;
                process.Kill();
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    break;
                }

                killed++;
                long Logged() => File.Exists(Path.Combine(run, "log.csv")) ? new FileInfo(Path.Combine(run, "log.csv")).Length : 0;
            }

            End(Start(run)).ShouldExit(0);
            ShouldBeTheSame(run, whole);
        }

        inTraining.ShouldBeGreaterThan(Kills / 4, "or nothing was killed that trained");
    }

    [Fact]
    public void Resume_DamagedRun_SaysWhatIsLost()
    {
        var run = scratch.Of("damaged");
        Directory.CreateDirectory(run);
        CliRun.Of("pretrain", "--resume", run).ShouldBeRefused("there is no pretraining.json in it, so it is no pre-training run");
        File.WriteAllText(Path.Combine(run, "pretraining.json"), "{");
        CliRun.Of("pretrain", "--resume", run).ShouldBeRefused("pretraining.json is damaged, so nothing tells what the run is");
    }

    [Fact]
    public void Resume_DamagedState_SaysThatTheWeightsAreLeft()
    {
        var run = scratch.Of("stopped");
        using var process = Start(run);
        process.WaitUntil(() => File.Exists(Path.Combine(run, "log.csv")) && new FileInfo(Path.Combine(run, "log.csv")).Length > 200);
        process.Signal(Running.SigTerm);
        CliRun.End(process).ShouldExit(130);
        File.AppendAllText(Path.Combine(run, "last", "training_state.safetensors"), "x");

        End(Start(run)).ShouldBeRefused("training_state.safetensors", "start another run from the weights that were saved: --model");
    }

    [Fact]
    public void Pretrain_AskedToStop_SavesAndGoesOnToTheSameBits()
    {
        var whole = scratch.Of("whole");
        End(Start(whole)).ShouldExit(0);
        var run = scratch.Of("stopped");
        using var process = Start(run);
        process.WaitUntil(() => File.Exists(Path.Combine(run, "log.csv")) && new FileInfo(Path.Combine(run, "log.csv")).Length > 200);

        process.Signal(Running.SigTerm);

        CliRun.End(process).ShouldExit(130).Stderr.ShouldContain($"To go on: inkstone pretrain --resume {run}");
        var first = End(Start(run)).ShouldExit(0);
        first.Stderr.ShouldContain("Resuming after step ");
        ShouldBeTheSame(run, whole);
        var again = End(Start(run)).ShouldExit(0);
        again.Stderr.ShouldContain($"{run} is finished: nothing is left to resume.");
        var (ended, told) = (first.LastLine, again.LastLine);
        ended["peak_memory_mib"] = null;
        told.ToJsonString().ShouldBe(ended.ToJsonString());
    }

    [Fact]
    public void Resume_OptionOrCorpusThatChanged_IsRefusedByName()
    {
        var run = scratch.Of("run");
        Call("pretrain", texts, "--output-dir", run, "--max-steps", "2").ShouldExit(0);

        CliRun.Of("pretrain", "--resume", run, "--mask-rate", "0.3").ShouldBeRefused("--mask-rate was 0.15 when the run began and is 0.3 now");
        CliRun.Of("pretrain", "--resume", run, "--max-steps", "4").ShouldBeRefused("--max-steps was 2 when the run began and is 4 now", "--schedule constant");
        CliRun.Of("pretrain", "--resume", run, "--output-dir", scratch.Of("other")).ShouldBeRefused("leave --output-dir out");
        CliRun.Of("pretrain", "--resume", scratch.Of("nowhere")).ShouldBeRefused("there is no such folder");
        CliRun.Of("pretrain", "--resume", Path.Combine(run, "last")).ShouldBeRefused($"this is a part of a run. Give the run itself: inkstone pretrain --resume {run}");
        CliRun.Of("pretrain", texts, "--output-dir", run).ShouldBeRefused("is not empty; nothing in it was touched");
        var options = Path.Combine(run, "pretraining.json");
        File.WriteAllText(options, File.ReadAllText(options).Replace("\"finished\"", "\"once\"", StringComparison.Ordinal));
        File.AppendAllText(texts, "这一行是后来才加上的。\n");
        CliRun.Of("pretrain", "--resume", run).ShouldBeRefused("are not those that the run began with");
    }

    [Fact]
    public void Resume_ConstantRate_MayGoOnLongerUntilItFalls()
    {
        var run = scratch.Of("run");
        Call("pretrain", texts, "--output-dir", run, "--max-steps", "4", "--schedule", "constant", "--decay-ratio", "0", "--warmup-ratio", "0").ShouldExit(0);

        var longer = CliRun.Of("pretrain", "--resume", run, "--max-steps", "8", "--decay-ratio", "0.5").ShouldExit(0);

        longer.LastLine["steps"]!.GetValue<int>().ShouldBe(8);
        var options = File.ReadAllText(Path.Combine(run, "pretraining.json"));
        CliRun.Of("pretrain", "--resume", run, "--max-steps", "12").ShouldBeRefused("its learning rate has begun to fall", "--keep-optimizer");
        File.ReadAllText(Path.Combine(run, "pretraining.json")).ShouldBe(options);
        CliRun.Of("pretrain", "--resume", run).ShouldExit(0).Stderr.ShouldContain("finished");
        CliRun.Of("pretrain", texts, "--output-dir", scratch.Of("next"), "--max-steps", "2", "--model", run, "--keep-optimizer").ShouldExit(0);
        var state = JsonNode.Parse(File.ReadAllText(scratch.Of("next", "last", "training_state.json")))!;
        state["optimizer_steps"]!["cls.predictions.bias"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public void Resume_WithoutTheRunWhoseOptimizerWasTaken_GoesOn()
    {
        Call("pretrain", texts, "--output-dir", scratch.Of("first"), "--max-steps", "2").ShouldExit(0);
        CliRun.Of("pretrain", texts, "--output-dir", scratch.Of("next"), "--max-steps", "2", "--schedule", "constant", "--decay-ratio", "0", "--model", scratch.Of("first"), "--keep-optimizer").ShouldExit(0);
        Directory.Delete(scratch.Of("first"), recursive: true);

        CliRun.Of("pretrain", "--resume", scratch.Of("next"), "--max-steps", "4").ShouldExit(0).LastLine["steps"]!.GetValue<int>().ShouldBe(4);

        CliRun.Of("pretrain", texts, "--output-dir", scratch.Of("other"), "--max-steps", "2", "--model", Golden.Bert, "--keep-optimizer").ShouldBeRefused("is none; give the run's folder");

        File.AppendAllText(scratch.Of("next", "last", "training_state.safetensors"), "x");
        CliRun.Of("pretrain", texts, "--output-dir", scratch.Of("other"), "--max-steps", "2", "--model", scratch.Of("next"), "--keep-optimizer")
            .ShouldBeRefused("training_state.safetensors", "Leave --keep-optimizer out");
        Directory.Delete(scratch.Of("next", "last"), recursive: true);
        CliRun.Of("pretrain", texts, "--output-dir", scratch.Of("other"), "--max-steps", "2", "--model", scratch.Of("next"), "--keep-optimizer").ShouldBeRefused("before its first save", "go on with it first");
        Directory.Exists(scratch.Of("other")).ShouldBeFalse();
    }

    [Fact]
    public void Resume_RunThatNeverSaved_SaysThatItBeginsAnew()
    {
        var run = scratch.Of("run");
        Call("pretrain", texts, "--output-dir", run, "--max-steps", "2", "--schedule", "constant", "--decay-ratio", "0").ShouldExit(0);
        Directory.Delete(Path.Combine(run, "last"), recursive: true);

        var again = CliRun.Of("pretrain", "--resume", run, "--max-steps", "3").ShouldExit(0);

        again.Stderr.ShouldContain("The run had not come to its first save, so it begins anew.");
        again.LastLine["steps"]!.GetValue<int>().ShouldBe(3);
    }

    [Theory]
    [InlineData("give one of them", "--replace", "true", "--no-replace")]
    [InlineData("--encoding must be one of", "--encoding", "klingon")]
    [InlineData("--max-hours must be above 0 and at most 100000", "--max-hours", "1e9")]
    [InlineData("--save-minutes must be above 0 and at most 1000000", "--save-minutes", "1e11")]
    [InlineData("cannot be written", "--output-dir", "/proc/x")]
    public void Pretrain_WhatCannotBe_IsRefusedBeforeTheTextsAreRead(string sentence, params string[] options) =>
        CliRun.Of(["pretrain", texts, .. options]).ShouldBeRefused(sentence);

    [Fact]
    public void Pretrain_NewModelForLongTexts_HasPositionsForThem()
    {
        Call("pretrain", texts, "--output-dir", scratch.Of("run"), "--max-steps", "1", "--max-length", "600", "--batch-tokens", "600").ShouldExit(0);

        JsonNode.Parse(File.ReadAllText(scratch.Of("run", "model", "config.json")))!["max_position_embeddings"]!.GetValue<int>().ShouldBe(600);
    }

    [Fact]
    public void Pretrain_FromRecipe_LearnsFromItsTrainingRowsAndKeepsItsEncoder()
    {
        var run = scratch.Of("run");

        CliRun.Of("pretrain", "--from-recipe", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", run, "--max-steps", "3", "--save-dtype", "fp32").ShouldExit(0);

        File.ReadAllText(Path.Combine(run, "model", "vocab.txt")).ShouldBe(File.ReadAllText(Path.Combine(Golden.Bert, "vocab.txt")));
        JsonNode.Parse(File.ReadAllText(Path.Combine(run, "model", "config.json")))!["dtype"]!.ToString().ShouldBe("float32");
    }

    [Fact]
    public void Pretrain_HoursToEndBy_EndItWithARateThatFollowsTheClock()
    {
        var run = scratch.Of("run");

        var result = Call("pretrain", texts, "--output-dir", run, "--max-hours", "0.0006", "--logging-steps", "1", "--save-minutes", "0.005").ShouldExit(0);

        result.LastLine["hours"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(0.0006);
        var rates = File.ReadAllLines(Path.Combine(run, "log.csv")).Select(line => line.Split(',')).Where(cells => cells[2] == "train")
            .Select(cells => double.Parse(cells[7], CultureInfo.InvariantCulture)).ToArray();
        rates[^1].ShouldBeLessThan(rates.Max() / 2);
    }

    [Fact]
    public void Pretrain_OptionsOfTheComputation_EachGiveOtherWeights()
    {
        string[][] options =
        [
            [], ["--masking", "ngram"], ["--masking", "whole-word"], ["--no-replace"], ["--mask-rate", "0.3"], ["--offset-heads", "false"], ["--schedule", "cosine"],
            ["--schedule", "constant"], ["--warmup-ratio", "0.5"], ["--weight-decay", "0.3"], ["--lr", "0.002"], ["--seed", "7"], ["--bf16", "true"], ["--dropout", "0"],
            ["--max-length", "20"], ["--batch-tokens", "300"], ["--held-out-texts", "10"], ["--first-token", "hide"], ["--first-token", "label"],
        ];

        var weights = options.Select((given, number) =>
        {
            var run = scratch.Of(number.ToString(CultureInfo.InvariantCulture));
            Call(["pretrain", texts, "--output-dir", run, "--max-steps", "5", .. given]).ShouldExit(0);
            return Hash(Path.Combine(run, "last", "model.safetensors"));
        }).ToList();

        weights.Distinct().Count().ShouldBe(options.Length);
        Call("pretrain", texts, "--output-dir", scratch.Of("again"), "--max-steps", "5", "--replace", "false").ShouldExit(0);
        Hash(Path.Combine(scratch.Of("again"), "last", "model.safetensors")).ShouldBe(weights[3], "--replace false says what --no-replace says");
    }

    [Fact]
    public void Pretrain_TextColumn_IsTheOneThatIsRead()
    {
        var csv = scratch.Write("two.csv", "text,comment\n" + string.Concat(Enumerable.Range(0, 200).Select(number => $"甲乙丙丁戊己庚辛,{Sentence(number)}")));

        Call("pretrain", csv, "--output-dir", scratch.Of("run"), "--max-steps", "2", "--text-column", "comment").ShouldExit(0);

        var vocabulary = File.ReadAllLines(Path.Combine(scratch.Of("run"), "model", "vocab.txt"));
        vocabulary.ShouldContain("猫");
        vocabulary.ShouldNotContain("戊");
    }

    [Fact]
    public void Pretrain_Encoding_IsTheOneThatTheBytesAreReadIn()
    {
        var file = scratch.Of("traditional.txt");
        var big5 = CodePagesEncodingProvider.Instance.GetEncoding("big5")!;
        File.WriteAllText(file, string.Concat(Enumerable.Range(0, 200).Select(number => $"貓說這間旅館的服務態度很好{number}\n")), big5);

        var hasCat = new[] { "big5", "gb18030" }.Select(encoding =>
        {
            Call("pretrain", file, "--output-dir", scratch.Of(encoding), "--max-steps", "2", "--encoding", encoding).ShouldExit(0);
            return File.ReadAllLines(scratch.Of(encoding, "model", "vocab.txt")).Contains("貓");
        });

        hasCat.ShouldBe([true, false]);
    }

    [Fact]
    public void Pretrain_ReportToTensorBoard_LeavesEventsAndNoCsv()
    {
        var run = scratch.Of("run");

        Call("pretrain", texts, "--output-dir", run, "--max-steps", "4", "--logging-steps", "2", "--report-to", "tensorboard").ShouldExit(0);

        File.Exists(Path.Combine(run, "log.csv")).ShouldBeFalse();
        var events = File.ReadAllBytes(Directory.GetFiles(Path.Combine(run, "tensorboard")).ShouldHaveSingleItem());
        foreach (var tag in new[] { "train/loss", "train/learning_rate", "eval/perplexity" })
        {
            events.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(tag)).ShouldBeGreaterThan(0, tag);
        }
    }

    [Theory]
    [InlineData("--heads must divide --hidden, but is 3 with 32", "--heads", "3")]
    [InlineData("--max-hours must be above 0 and at most 100000, but is 0", "--max-hours", "0")]
    [InlineData("--mask-rate must be between 0 and 0.8, both excluded, but is 0.9", "--mask-rate", "0.9")]
    [InlineData("--learning-rate must be between 0 and 1", "--learning-rate", "2")]
    [InlineData("--warmup-ratio must be at least 0 and below 1", "--warmup-ratio", "1")]
    [InlineData("--weight-decay must be at least 0 and below 1", "--weight-decay", "-1")]
    [InlineData("--batch-tokens must be at least --max-length (24)", "--batch-tokens", "10")]
    [InlineData("--masking must be token, ngram or whole-word, but is line", "--masking", "line")]
    [InlineData("--first-token must be text, hide or label, but is cls", "--first-token", "cls")]
    [InlineData("--schedule must be linear, cosine or constant, but is step", "--schedule", "step")]
    [InlineData("--save-dtype must be fp16, bf16 or fp32, but is int8", "--save-dtype", "int8")]
    [InlineData("--report-to must be csv, tensorboard or none, but is wandb", "--report-to", "wandb")]
    [InlineData("--dropout must be at least 0 and below 1", "--dropout", "1")]
    [InlineData("--keep-optimizer takes over the optimizer of a pre-training run", "--keep-optimizer")]
    [InlineData("--first-token hide and label want texts that each begin with a label", "--first-token", "label", "--from-recipe", "sentiment")]
    [InlineData("--from-recipe reads its files as the recipe says", "--encoding", "gbk", "--from-recipe", "sentiment")]
    [InlineData("leave them out", "--model", "x")]
    [InlineData("--vocab is a vocabulary that is there", "--vocab", "x")]
    public void Pretrain_CallThatCannotBe_IsRefusedBeforeAnythingIsWritten(string sentence, params string[] options)
    {
        Call(["pretrain", texts, "--output-dir", scratch.Of("run"), .. options]).ShouldBeRefused(sentence);

        scratch.Names.ShouldBe(["texts.txt"]);
    }

    [Fact]
    public void Pretrain_NoCorpusOrOneThatIsNone_IsRefused()
    {
        CliRun.Of("pretrain").ShouldBeRefused("CORPUS is missing", "--from-recipe");
        CliRun.Of("pretrain", scratch.Of("nothing.txt")).ShouldBeRefused("there is no such file");
        CliRun.Of("pretrain", scratch.Write("empty.txt", ""), "--output-dir", scratch.Of("run")).ShouldBeRefused("empty.txt");
        CliRun.Of("pretrain", texts, "--vocab", Path.Combine(Golden.Bert, "vocab.txt"), "--config", scratch.Write("config.json", """{ "vocab_size": 300, "hidden_size": 32, "num_attention_heads": 2 }"""))
            .ShouldBeRefused("the vocabulary has 812 tokens", "is 300");
        CliRun.Of("pretrain", texts, "--model", Golden.Bert, "--max-length", "600").ShouldBeRefused("has 512 positions, but --max-length is 600");
    }

    private static CliRun Call(params string[] arguments) => CliRun.Of(
        ["pretrain", .. Small.Chunk(2).Where(option => !arguments.Contains(option[0])).SelectMany(option => option), .. arguments.Skip(1)], environment: Threads);

    private static CliRun End(Process process)
    {
        using (process)
        {
            return CliRun.End(process);
        }
    }

    private Process Start(string run) => CliRun.Start(
        File.Exists(Path.Combine(run, "pretraining.json"))
            ? ["pretrain", "--resume", run]
            : ["pretrain", texts, "--output-dir", run, .. Small, "--max-steps", "60", "--eval-steps", "7", "--logging-steps", "4", "--save-steps", "3", "--masking", "ngram"],
        folder: null, Threads);

    private static void ShouldBeTheSame(string run, string whole)
    {
        foreach (var file in new[] { "last/model.safetensors", "last/training_state.safetensors", "model/model.safetensors" })
        {
            Hash(Path.Combine(run, file)).ShouldBe(Hash(Path.Combine(whole, file)), file);
        }

        Log(run).ShouldBe(Log(whole));
    }

    private static string[] Log(string run) => [.. File.ReadAllLines(Path.Combine(run, "log.csv")).Select(line => string.Join(',', line.Split(',').SkipLast(2)))];

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private static string Sentence(int number)
    {
        string[] who = ["小猫", "老师", "邻居", "司机", "孩子们"], when = ["昨天", "今天早上", "下雨的时候", "周末"], what = ["在河边散步", "买了三本旧书", "做了一碗面条", "修好了自行车", "唱了一首老歌", "画了一座山", "等着公共汽车"];
        return $"{who[number % who.Length]}{when[number / 3 % when.Length]}{what[number / 7 % what.Length]}，{what[number % what.Length]}，第{number.ToString(CultureInfo.InvariantCulture)}次。\n";
    }
}
