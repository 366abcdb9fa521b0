using System.Globalization;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>From a BERT to a Longformer that is trained, judged and asked; BigBird on the same way.</summary>
public sealed class ConvertModelTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Convert_Bert_BecomesALongformerThatEveryVerbTakes()
    {
        var longformer = scratch.Of("longformer");

        var convert = CliRun.Of("convert", "--to", "longformer", "--max-length", "700", "--attention-window", "32", Golden.Bert, longformer).ShouldExit(0);

        convert.Stdout.ShouldBe(longformer + "\n");
        convert.Stderr.ShouldContain($"fine-tune it on long texts before you use it, such as inkstone train RECIPE --model {longformer} --set tokenizer.max_length=700");
        CliRun.Of("predict", "--model", longformer, "这家店很好").ShouldExit(0).Stdout.ShouldStartWith("Text: 这家店很好\nPred: ");
        ShouldTrainTestAndPredict(longformer, "longformer");
    }

    [Fact]
    public void Train_BigBird_LearnsAndEveryVerbTakesIt() => ShouldTrainTestAndPredict(Repo.Golden("models", "bigbird-sparse"), "bigbird");

    [Theory]
    [InlineData("33", "--attention-window must be even and at least 2, as it counts both sides of a token together, but is 33; 512 is usual.")]
    [InlineData("0", "--attention-window must be even and at least 2")]
    public void Convert_WindowThatCannotBe_IsRefused(string window, string sentence)
    {
        CliRun.Of("convert", "--to", "longformer", "--attention-window", window, Golden.Bert, scratch.Of("out")).ShouldBeRefused(sentence);

        scratch.Names.ShouldBeEmpty();
    }

    [Fact]
    public void Convert_ToSomethingElse_IsRefused() => CliRun.Of("convert", "--to", "bigbird", Golden.Bert, scratch.Of("out")).ShouldBeRefused("bigbird");

    [Fact]
    public void Train_PositionsBeyondTheTable_WarnsAndSavesThem()
    {
        var run = scratch.Of("run");

        var train = CliRun.Of("train", Recipe(Golden.Bert, "auto"), "--output-dir", run, "--set", "model.max_position_embeddings=700").ShouldExit(0);

        train.Stderr.ShouldContain("needs continued pretraining");
        File.ReadAllText(Path.Combine(run, "best", "config.json")).ShouldContain("\"max_position_embeddings\": 700");
        CliRun.Of("predict", "--model", run, "这家店很好").ShouldExit(0);
    }

    private void ShouldTrainTestAndPredict(string model, string architecture)
    {
        var run = scratch.Of("run");

        CliRun.Of("train", Recipe(model, architecture), "--output-dir", run).ShouldExit(0);

        var losses = File.ReadAllLines(Path.Combine(run, "log.csv")).Select(line => line.Split(',')).Where(cells => cells[2] == "train")
            .Select(cells => double.Parse(cells[3], CultureInfo.InvariantCulture)).ToArray();
        losses[^4..].Average().ShouldBeLessThan(losses[..4].Average());
        File.ReadAllText(Path.Combine(run, "recipe.yaml")).ShouldContain($"architecture: {architecture}");
        CliRun.Of("test", "--model", run, "--data", Documents("documents-validation.csv"), "--output-dir", scratch.Of("judged")).ShouldExit(0);
        var predict = CliRun.Of("predict", "--model", run, "--input", Documents("documents-validation.csv"), "--output", scratch.Of("y.jsonl")).ShouldExit(0);
        predict.LastErrorLine["samples"]!.GetValue<int>().ShouldBe(Golden.JsonLines(scratch.Of("y.jsonl")).Count);
    }

    private string Recipe(string model, string architecture) => scratch.Write("long.yaml", $"""
        data:
          train_file: {Documents("documents.csv")}
          validation_file: {Documents("documents-validation.csv")}
        tokenizer:
          max_length: 600
        model:
          name_or_path: {model}
          architecture: {architecture}
          dropout: 0
        optimizer:
          learning_rate: 1e-4
        training:
          num_train_epochs: 4
          per_device_train_batch_size: 4
          logging_steps: 1
          bf16: false
        """);

    private static string Documents(string name) => Repo.Golden("e2e", name);
}
