using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Models.Bert;
using Inkstone.Models.BigBird;
using Inkstone.Models.Longformer;
using Inkstone.Recipes;

namespace Inkstone.Checkpoints;

/// <summary>A <c>model_type</c> of transformers that this version reads: its names there, and the keys of <c>config.json</c> that BERT has not.</summary>
/// <param name="ModelType">The value of <c>model_type</c>.</param>
/// <param name="ClassName">What its classes begin with.</param>
/// <param name="Prefix">What its state-dict keys begin with.</param>
/// <param name="Architecture">The recipe's name for it.</param>
internal sealed record EncoderKind(string ModelType, string ClassName, string Prefix, Architecture Architecture)
{
    private static readonly EncoderKind[] All =
    [
        new("bert", "Bert", "bert.", Architecture.Bert),
        new("longformer", "Longformer", "longformer.", Architecture.Longformer),
        new("big_bird", "BigBird", "bert.", Architecture.Bigbird),
    ];

    /// <summary>The kind that a config names; BERT where it names none.</summary>
    public static EncoderKind Of(JsonObject values) => All.First(kind => kind.ModelType == TypeOf(values));

    /// <summary>The kind that a recipe names; null for one that is no folder's kind.</summary>
    public static EncoderKind? Of(Architecture architecture) => All.FirstOrDefault(kind => kind.Architecture == architecture);

    /// <summary>Whether a config names a kind that this version reads.</summary>
    public static bool IsKnown(JsonObject values) => All.Any(kind => kind.ModelType == TypeOf(values));

    /// <summary>The config with what this kind means where a key that it shares with BERT is missing.</summary>
    public JsonObject WithDefaults(JsonObject values)
    {
        var whole = (JsonObject)values.DeepClone();
        if (Architecture == Architecture.Bigbird)
        {
            whole.TryAdd("hidden_act", "gelu_new");
            whole.TryAdd("max_position_embeddings", 4096);
            whole.TryAdd("vocab_size", 50358);
        }

        return whole;
    }

    /// <summary>The shape of a Longformer.</summary>
    public static LongformerConfig LongformerOf(JsonObject values, BertConfig bert) => new()
    {
        Bert = bert,
        AttentionWindow = values["attention_window"] switch
        {
            JsonArray windows => [.. windows.Select(window => Whole(window) ?? 0)],
            var window => [.. Enumerable.Repeat(Whole(window) ?? 512, bert.NumHiddenLayers)],
        },
        PadTokenId = Whole(values["pad_token_id"]) ?? 1,
    };

    /// <summary>The shape of a BigBird.</summary>
    public static BigBirdConfig BigBirdOf(JsonObject values, BertConfig bert) => new()
    {
        Bert = bert,
        IsBlockSparse = values["attention_type"]?.ToString() != "original_full",
        BlockSize = Whole(values["block_size"]) ?? 64,
        NumRandomBlocks = Whole(values["num_random_blocks"]) ?? 3,
        RescaleEmbeddings = Truth(values["rescale_embeddings"]) ?? false,
    };

    /// <summary>Refuses what no such encoder has.</summary>
    /// <exception cref="InvalidCheckpointException">A key is out of range, or asks for what this version lacks.</exception>
    public static void RefuseImpossible(string path, JsonObject values, BertConfig bert)
    {
        switch (Of(values).Architecture)
        {
            case Architecture.Longformer: RefuseImpossible(path, LongformerOf(values, bert)); break;
            case Architecture.Bigbird: RefuseImpossible(path, values, BigBirdOf(values, bert)); break;
        }
    }

    private static void RefuseImpossible(string path, LongformerConfig config)
    {
        foreach (var window in config.AttentionWindow)
        {
            Require(
                window >= 2 && window % 2 == 0, path,
                $"attention_window must be even and at least 2 in every layer, as it counts both sides of a token together, but is {window}; 512 is usual.");
        }

        Require(
            config.AttentionWindow.Count == config.Bert.NumHiddenLayers, path,
            $"attention_window has {config.AttentionWindow.Count} numbers, but num_hidden_layers is {config.Bert.NumHiddenLayers}; give one for each layer, or one number for all.");
        Require(
            config.PadTokenId >= 0 && config.FirstPosition + 2 <= config.Bert.MaxPositionEmbeddings, path,
            $"positions begin behind pad_token_id, which is {config.PadTokenId}, but max_position_embeddings is {config.Bert.MaxPositionEmbeddings}: no text has a place.");
    }

    private static void RefuseImpossible(string path, JsonObject values, BigBirdConfig config)
    {
        var type = values["attention_type"]?.ToString() ?? "block_sparse";
        Require(type is "block_sparse" or "original_full", path, $"attention_type must be block_sparse or original_full, but is {type}.");
        Require(config.BlockSize >= 1, path, $"block_size must be at least 1, but is {config.BlockSize}; 64 is usual.");
        Require(config.NumRandomBlocks >= 0, path, $"num_random_blocks must be at least 0, but is {config.NumRandomBlocks}; 3 is usual.");
        Require(Truth(values["use_bias"]) ?? true, path, $"use_bias is {values["use_bias"]}, but this version reads BigBirds whose projections have biases.");
        Require(!(Truth(values["is_decoder"]) ?? false), path, $"is_decoder is {values["is_decoder"]}, but a classifier needs an encoder.");
    }

    private static void Require(bool holds, string path, FormattableString sentence)
    {
        if (!holds)
        {
            throw new InvalidCheckpointException(path, sentence.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string TypeOf(JsonObject values) => values["model_type"]?.ToString() ?? "bert";

    private static int? Whole(JsonNode? node) => 
        node?.GetValueKind() == JsonValueKind.Number && int.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool? Truth(JsonNode? node) => node?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
}
