using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>A saved folder beside the one that transformers wrote for the same model.</summary>
public sealed class HuggingFaceFolderTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public HuggingFaceFolderTests()
    {
        using var classifier = TestClassifier.ForTraining("tokenizer.max_length=64");
        classifier.Save(scratch.Combine("saved"));
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Config_KeyByKey_IsTheReferencesAndNamesTheProblem()
    {
        var (saved, golden) = Both("config.json");

        saved["problem_type"]!.ToString().ShouldBe("single_label_classification");
        saved.Remove("problem_type");
        Differences(saved, golden).ShouldBeEmpty();
    }

    [Fact]
    public void TokenizerConfig_EveryKeyOfTheReference_HasItsValue()
    {
        var (saved, golden) = Both("tokenizer_config.json");

        golden.Remove("backend");   // transformers 5 writes it for itself and reads folders without it
        golden.Where(pair => !JsonNode.DeepEquals(saved[pair.Key], pair.Value)).Select(pair => $"{pair.Key}: {saved[pair.Key]} instead of {pair.Value}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("normalizer")]
    [InlineData("pre_tokenizer")]
    [InlineData("post_processor")]
    [InlineData("decoder")]
    [InlineData("model")]
    [InlineData("added_tokens")]
    public void Tokenizer_EachPart_IsTheReferences(string part)
    {
        var (saved, golden) = Both("tokenizer.json");

        Differences(saved[part], golden[part]).ShouldBeEmpty();
    }

    [Fact]
    public void SpecialTokensMap_HoldsTheFiveTokensOfTheTokenizerConfig()
    {
        var map = JsonNode.Parse(File.ReadAllText(scratch.Combine("saved", "special_tokens_map.json")))!.AsObject();
        var (_, golden) = Both("tokenizer_config.json");

        foreach (var key in new[] { "cls_token", "mask_token", "pad_token", "sep_token", "unk_token" })
        {
            (map[key] is JsonObject token ? token["content"] : map[key])!.ToString().ShouldBe(golden[key]!.ToString(), key);
        }
    }

    [Fact]
    public void Vocabulary_IsTheReferences() =>
        File.ReadAllLines(scratch.Combine("saved", "vocab.txt")).ShouldBe(File.ReadAllLines(Repo.Golden("models", "bert", "vocab.txt")));

    /// <summary>The proof itself, on machines where transformers is installed.</summary>
    [Fact]
    public void SavedFolder_OpenedInPython_GivesTheReferencesLogits()
    {
        Assert.SkipUnless(PythonHasTransformers(), "python3 with torch and transformers is not installed here: nothing opened the saved folder in Python");
        var texts = GoldenTexts.All.Where(text => text.Text.Length > 0).Take(20).ToList();
        var input = scratch.Write("texts.jsonl", string.Join('\n', texts.Select(text => JsonSerializer.Serialize(new { text = text.Text }))));

        var lines = Python(Path.Combine(Repo.Root, "bench", "open_in_python.py"), scratch.Combine("saved"), "--input", input, "--max-length", "64")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Length.ShouldBe(texts.Count);
        for (var row = 0; row < texts.Count; row++)
        {
            var answer = JsonNode.Parse(lines[row])!;
            answer["input_ids"]!.AsArray().Select(id => id!.GetValue<int>()).ShouldBe(texts[row].InputIds, texts[row].Text);
            answer["label"]!.ToString().ShouldBe(texts[row].Label);
            TensorShould.BeClose([.. answer["logits"]!.AsArray().Select(logit => logit!.GetValue<float>())], texts[row].Logits, texts[row].Text);
        }
    }

    private (JsonObject Saved, JsonObject Golden) Both(string name) => (
        JsonNode.Parse(File.ReadAllText(scratch.Combine("saved", name)))!.AsObject(),
        JsonNode.Parse(File.ReadAllText(Repo.Golden("models", "bert", name)))!.AsObject());

    private static List<string> Differences(JsonNode? saved, JsonNode? golden, string at = "")
    {
        switch (saved, golden)
        {
            case (JsonObject left, JsonObject right):
                return [.. left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)).SelectMany(key =>
                    left.ContainsKey(key) != right.ContainsKey(key) ? [$"{at}.{key} stands in one only"] : Differences(left[key], right[key], $"{at}.{key}"))];
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                return [.. left.Zip(right).SelectMany((pair, index) => Differences(pair.First, pair.Second, string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]")))];
            default:
                return JsonNode.DeepEquals(saved, golden) ? [] : [$"{at} is {saved?.ToJsonString() ?? "null"} instead of {golden?.ToJsonString() ?? "null"}"];
        }
    }

    private static bool PythonHasTransformers()
    {
        try
        {
            Python("-c", "import torch, transformers");
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Python(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.Result);
    }
}
