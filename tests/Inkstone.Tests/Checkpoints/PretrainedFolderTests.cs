using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>Folders that cannot be used: which sentence each of them gets.</summary>
public sealed class PretrainedFolderTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Open_NoFolder_SaysWhatToGive() => MessageOf(scratch.Combine("none")).ShouldBe(
        $"{scratch.Combine("none")}: there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt), a run, or a name of the hub such as bert-base-chinese or org/name@revision.");

    [Fact]
    public void Open_FolderWithoutConfig_SaysWhatToGive() => MessageOf(scratch.Path).ShouldBe(
        $"{scratch.Path}: has no config.json, so it is not a Hugging Face model folder. Give the folder that holds config.json, the weights and vocab.txt.");

    [Theory]
    [InlineData("model_type", "\"roberta\"", "model_type is roberta, but this version reads bert (BERT, RoBERTa-wwm and MacBERT in Chinese all say bert), longformer and big_bird. Use such a folder.")]
    [InlineData("position_embedding_type", "\"relative_key\"", "position_embedding_type is relative_key, but only absolute is supported.")]
    [InlineData("num_attention_heads", "5", "num_attention_heads must divide hidden_size, but is 5 with 64.")]
    [InlineData("num_attention_heads", "0", "num_attention_heads must be at least 1, but is 0.")]
    [InlineData("num_hidden_layers", "-1", "num_hidden_layers must be at least 1, but is -1.")]
    [InlineData("hidden_act", "\"swish\"", "hidden_act is swish, but must be gelu, gelu_new, gelu_pytorch_tanh or relu.")]
    public void Open_ConfigThatCannotBe_SaysWhichKeyAndWhy(string key, string value, string sentence)
    {
        var folder = Copy(config => config[key] = JsonNode.Parse(value));

        MessageOf(folder).ShouldBe($"{Path.Combine(folder, "config.json")}: {sentence}");
    }

    [Theory]
    [InlineData("longformer", "attention_window", "[16, 15, 32]", "attention_window must be even and at least 2 in every layer, as it counts both sides of a token together, but is 15; 512 is usual.")]
    [InlineData("longformer", "attention_window", "0", "attention_window must be even and at least 2 in every layer, as it counts both sides of a token together, but is 0; 512 is usual.")]
    [InlineData("longformer", "attention_window", "[16, 16]", "attention_window has 2 numbers, but num_hidden_layers is 3; give one for each layer, or one number for all.")]
    [InlineData("longformer", "pad_token_id", "513", "positions begin behind pad_token_id, which is 513, but max_position_embeddings is 514: no text has a place.")]
    [InlineData("bigbird-sparse", "attention_type", "\"sparse\"", "attention_type must be block_sparse or original_full, but is sparse.")]
    [InlineData("bigbird-sparse", "block_size", "0", "block_size must be at least 1, but is 0; 64 is usual.")]
    [InlineData("bigbird-sparse", "num_random_blocks", "-1", "num_random_blocks must be at least 0, but is -1; 3 is usual.")]
    [InlineData("bigbird-sparse", "use_bias", "false", "use_bias is false, but this version reads BigBirds whose projections have biases.")]
    [InlineData("bigbird-sparse", "is_decoder", "true", "is_decoder is true, but a classifier needs an encoder.")]
    public void Open_LongTextConfigThatCannotBe_SaysWhichKeyAndWhy(string golden, string key, string value, string sentence)
    {
        var folder = GoldenFolder.Copy(golden, scratch.Combine("source"), config => config[key] = JsonNode.Parse(value));

        MessageOf(folder).ShouldBe($"{Path.Combine(folder, "config.json")}: {sentence}");
    }

    [Theory]
    [InlineData("merges.txt", "BPE (merges.txt)")]
    [InlineData("spiece.model", "sentencepiece (spiece.model)")]
    public void Open_TokenizerOfTheEnglishOriginals_SaysWhatIsSupported(string file, string kind)
    {
        var folder = GoldenFolder.Copy("longformer", scratch.Combine("source"), _ => { });
        File.Delete(Path.Combine(folder, "tokenizer.json"));
        File.WriteAllText(Path.Combine(folder, file), "");

        MessageOf(folder).ShouldBe(
            $"{folder}: its tokenizer is {kind}, as of the English Longformer and BigBird, but this version reads BERT's WordPiece (vocab.txt or tokenizer.json), as Chinese ones have it. Use such a folder, or make one of a BERT: inkstone convert --to longformer BERT OUTPUT");
    }

    [Theory]
    [InlineData("longformer", 513)]
    [InlineData("bigbird-sparse", 1024)]
    [InlineData("bert", 512)]
    public void Open_AnyKind_KnowsTheLongestText(string golden, int tokens) =>
        PretrainedFolder.Open(Repo.Golden("models", golden)).Config.MaxLength.ShouldBe(tokens);

    [Theory]
    [InlineData("{\"hidden_size\": 64", "cannot be read: ")]
    [InlineData("[1, 2]", "is not a JSON object.")]
    [InlineData("{\"hidden_size\": \"wide\"}", "cannot be read: ")]
    [InlineData("{\"model_type\": \"bert\", \"hidden_size\": 64, \"hidden_size\": 64}", "cannot be read: ")]
    public void Open_BrokenConfig_NamesTheFile(string content, string sentence)
    {
        var folder = Copy(_ => { });
        File.WriteAllText(Path.Combine(folder, "config.json"), content);

        MessageOf(folder).ShouldStartWith($"{Path.Combine(folder, "config.json")}: {sentence}");
    }

    [Fact]
    public void Open_ConfigWithCommentsAndTrailingCommas_IsRead()
    {
        var folder = Copy(_ => { });
        var path = Path.Combine(folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"vocab_size\":812", "// the small one\n\"vocab_size\":812,", StringComparison.Ordinal));

        PretrainedFolder.Open(folder).Config.Bert.VocabSize.ShouldBe(812);
    }

    [Theory]
    [InlineData(812, null)]
    [InlineData(824, null)]
    [InlineData(1000, "has 812 tokens, but the model's word table has 1000 rows: 188 of them are never used.")]
    public void WarningOfVocabulary_FewerTokensThanRows_IsOneWhereTheyAreMany(int rows, string? expected)
    {
        var warning = PretrainedFolder.Open(Copy(config => config["vocab_size"] = rows)).WarningOfVocabulary();

        (warning?.Contains(expected ?? "", StringComparison.Ordinal)).ShouldBe(expected is null ? null : true);
    }

    [Fact]
    public void Open_VocabularyBeyondTheWordTable_NamesBothSizes()
    {
        var folder = Copy(config => config["vocab_size"] = 800);

        MessageOf(folder).ShouldBe($"{folder}: the vocabulary has 812 tokens, but the model's word table has 800 rows; vocab.txt and config.json do not belong together.");
    }

    [Fact]
    public void ForTraining_TextsBeyondThePositionTable_SaysWhichLengthFits()
    {
        var folder = Repo.Golden("models", "bert");

        var error = Should.Throw<InvalidCheckpointException>(() => TestClassifier.ForTraining("tokenizer.max_length=513"));

        error.Message.ShouldBe($"{folder}: tokenizer.max_length is 513, but the model's position table ends at 512; set tokenizer.max_length to at most 512.");
    }

    [Fact]
    public void Load_FolderWithoutWeights_SaysWhichFilesWouldDo()
    {
        var folder = Copy(_ => { });
        File.Delete(Path.Combine(folder, "model.safetensors"));

        Should.Throw<FileNotFoundException>(() => Classifier.Load(folder, Device.Cpu)).Message.ShouldBe(
            $"{folder} holds no weights; expected one of model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json.");
    }

    [Fact]
    public void Open_Run_MeansItsBestCheckpoint()
    {
        GoldenFolder.Copy("bert", scratch.Combine("run", "best"), config => config["id2label"] = JsonNode.Parse("""{"0":"x","1":"y","2":"z"}"""));
        scratch.Write("run/recipe.yaml", "");

        PretrainedFolder.Open(scratch.Combine("run")).LabelNames.ShouldBe(["x", "y", "z"]);
        ModelLocation.Resolve(scratch.Combine("run"), stop: TestContext.Current.CancellationToken).ShouldBe(scratch.Combine("run", "best"));
        ModelLocation.Resolve(scratch.Combine("run", "best"), stop: TestContext.Current.CancellationToken).ShouldBe(scratch.Combine("run", "best"));
    }

    [Theory]
    [InlineData("{\"format_version\": 2, \"tokenizer\": {}}", "has format_version 2, but this version reads 1. Update Inkstone.")]
    [InlineData("{\"tokenizer\": {}, \"poling\": \"cls\"}", "is not a settings file of this version: ")]
    [InlineData("{}", "is not a settings file of this version: ")]
    [InlineData("{\"tokenizer\": ", "is not a settings file of this version: ")]
    public void Load_SettingsThatCannotBeRead_NamesTheFile(string content, string sentence)
    {
        var folder = Copy(_ => { });
        File.WriteAllText(Path.Combine(folder, "inkstone.json"), content);

        Should.Throw<InvalidCheckpointException>(() => Classifier.Load(folder, Device.Cpu)).Message.ShouldStartWith($"{Path.Combine(folder, "inkstone.json")}: {sentence}");
    }

    [Fact]
    public void Load_FolderOfAnotherTool_CutsTextsAtItsOwnLimit()
    {
        var shorter = Copy(config => config["max_position_embeddings"] = 512);
        var tokenizer = Path.Combine(shorter, "tokenizer_config.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"model_max_length\": 512", "\"model_max_length\": 100", StringComparison.Ordinal));

        using var classifier = Classifier.Load(shorter, Device.Cpu);

        classifier.Encoder.Options.MaxLength.ShouldBe(100);
    }

    private static string MessageOf(string folder) => Should.Throw<InvalidCheckpointException>(() => PretrainedFolder.Open(folder)).Message;

    private string Copy(Action<JsonObject> change) => GoldenFolder.Copy("bert", scratch.Combine("source"), change);
}
