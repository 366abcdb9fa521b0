using System.Text.Json;
using System.Text.Json.Serialization;
using Inkstone.Recipes;
using Inkstone.Text.Cleaning;

namespace Inkstone.Checkpoints;

/// <summary>
/// What a checkpoint's <c>inkstone.json</c> remembers beside Hugging Face's files, so that a text is treated when
/// predicting exactly as it was in training.
/// </summary>
public sealed record ClassifierSettings
{
    /// <summary>Name of the file in a checkpoint folder.</summary>
    public const string FileName = "inkstone.json";

    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Raised when the meaning of a key changes.</summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>Which vector stands for a chunk.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>How chunks become a document.</summary>
    public Aggregation Aggregation { get; init; }

    /// <summary>What reads the chunks of a document in the hierarchical architecture; null where their logits are aggregated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChunkEncoder? ChunkEncoder { get; init; }

    /// <summary>How texts become chunks of ids.</summary>
    public required TokenizerOptions Tokenizer { get; init; }

    /// <summary>What was done to texts before that.</summary>
    public CleaningOptions Cleaning { get; init; } = new();

    /// <summary>What the training files' labels were renamed to (<c>data.label_map</c>), so that a test file with the same labels is understood; null where they kept their names.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? LabelMap { get; init; }

    /// <summary>
    /// Taken off the logits of each label wherever the classifier is judged or used (<c>loss.adjust_at_inference</c>); null for nothing.
    /// The weights know nothing of it, so that training can go on from them.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? LogitAdjustment { get; init; }

    /// <summary>Whether these are what a folder of another tool is taken to mean, instead of what its training was.</summary>
    [JsonIgnore]
    public bool IsAssumed { get; init; }

    /// <summary><see cref="Tokenizer"/> as what makes texts into ids takes it.</summary>
    [JsonIgnore]
    public Text.Chunking.TextEncoderOptions EncoderOptions => new()
    {
        MaxLength = Tokenizer.MaxLength,
        TruncationSide = Enum.Parse<Text.Tokenizing.TruncationSide>(Tokenizer.TruncationSide.ToString()),
        HeadTokens = Tokenizer.HeadTokens,
        LongText = Enum.Parse<Text.Chunking.LongText>(Tokenizer.LongText.ToString()),
        Stride = Tokenizer.Stride,
        MaxChunks = Tokenizer.MaxChunks,
        ChunkSelection = Enum.Parse<Text.Chunking.ChunkSelection>(Tokenizer.ChunkSelection.ToString()),
    };

    /// <summary>Reads the settings of a folder; null where it has none, as every folder that another tool made.</summary>
    /// <exception cref="InvalidCheckpointException">The file is no valid settings file.</exception>
    public static ClassifierSettings? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var settings = JsonSerializer.Deserialize<ClassifierSettings>(File.ReadAllBytes(path), Json);
            return settings is null || settings.FormatVersion == CurrentVersion ? settings : throw new InvalidCheckpointException(
                path, FormattableString.Invariant($"has format_version {settings.FormatVersion}, but this version reads {CurrentVersion}. Update Inkstone."));
        }
        catch (JsonException error)
        {
            throw new InvalidCheckpointException(path, $"is not a settings file of this version: {error.Message} Was it written by a newer Inkstone? Then update this one.");
        }
    }

    /// <summary>The same settings with some keys of a recipe's <c>tokenizer</c> section, or pooling and aggregation, changed.</summary>
    /// <param name="overrides">Each <c>key=value</c>, as after <c>--set</c>.</param>
    /// <exception cref="RecipeException">A key is unknown, means nothing to a trained model, or has a wrong value.</exception>
    public ClassifierSettings With(IReadOnlyList<string> overrides) => With([.. overrides.Select(RecipeOverride.Parse)]);

    /// <inheritdoc cref="With(IReadOnlyList{string})"/>
    /// <param name="overrides">Keys, values, and how the user gave them.</param>
    public ClassifierSettings With(IReadOnlyList<RecipeOverride> overrides)
    {
        var known = new Recipe
        {
            Data = new() { TrainFile = FileName },
            Model = new() { NameOrPath = FileName, Pooling = Pooling, Aggregation = Aggregation },
            Tokenizer = Tokenizer,
        };
        if (overrides.Where(given => !IsRemembered(given.Key)).ToArray() is [_, ..] meaningless)
        {
            throw new RecipeException([.. meaningless.Select(given => new RecipeProblem("--set", given.Key, $"{given.Key}={given.Value} means nothing to a trained model; keys that do: tokenizer.*, model.pooling, model.aggregation."))]);
        }

        var changed = Changed(known, overrides);
        if (changed.Model.Aggregation != Aggregation && ChunkEncoder is not null)
        {
            throw new RecipeException([new(
                "--set", "model.aggregation", "model.aggregation means nothing to this checkpoint: it is hierarchical, and what reads its chunks was trained. Leave it out.")]);
        }

        if (changed.Model.Aggregation != Aggregation && changed.Tokenizer.LongText == LongText.Truncate)
        {
            throw new RecipeException([new(
                "--set", "model.aggregation", "model.aggregation joins chunks, but this checkpoint was saved without: it cuts long texts (tokenizer.long_text is truncate). Add tokenizer.long_text=chunk, or leave model.aggregation out.")]);
        }

        return this with { Pooling = changed.Model.Pooling, Aggregation = changed.Model.Aggregation, Tokenizer = changed.Tokenizer };
    }

    /// <summary>What does not go with the checkpoint's values is the call's doing: it has no line in a file.</summary>
    private static Recipe Changed(Recipe known, IReadOnlyList<RecipeOverride> overrides)
    {
        try
        {
            return RecipeReader.Read(RecipeWriter.Write(known), FileName, ".", overrides);
        }
        catch (RecipeException error) when (overrides.Count > 0)
        {
            var call = string.Join(", ", overrides.Select(given => given.Where));
            throw new RecipeException([.. error.Problems.Select(problem => problem.Where?.StartsWith(FileName, StringComparison.Ordinal) == true ? problem with { Where = call } : problem)]);
        }
    }

    /// <summary>A sentence on what of these settings reads a text in another way than the checkpoint's own did; null where nothing does.</summary>
    public string? DifferenceFrom(ClassifierSettings trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        var (own, others) = (JsonSerializer.SerializeToNode(Tokenizer, Json)!.AsObject(), JsonSerializer.SerializeToNode(trained.Tokenizer, Json)!.AsObject());
        List<string> differences = [.. own.Where(key => key.Value?.ToJsonString() != others[key.Key]?.ToJsonString()).Select(key => $"tokenizer.{key.Key} is {Shown(key.Value)}, in training it was {Shown(others[key.Key])}")];
        if (Aggregation != trained.Aggregation)
        {
            differences.Add($"model.aggregation is {RecipeText.Show(Aggregation)}, in training it was {RecipeText.Show(trained.Aggregation)}");
        }
        else if (Tokenizer.LongText == LongText.Chunk && trained.Tokenizer.LongText == LongText.Truncate && ChunkEncoder is null)
        {
            differences.Add($"the chunks' logits are joined by model.aggregation={RecipeText.Show(Aggregation)}, which had one chunk in training");
        }

        if (Pooling != trained.Pooling)
        {
            differences.Add($"model.pooling is {RecipeText.Show(Pooling)}, in training it was {RecipeText.Show(trained.Pooling)}");
        }

        return trained.IsAssumed || differences.Count == 0 ? null : $"Warning: texts are read in another way than the checkpoint was trained on, as the call says: {string.Join("; ", differences)}. Leave --max-length and --set out to use the checkpoint's own.";

        static string Shown(System.Text.Json.Nodes.JsonNode? value) => value?.ToString() ?? "null";
    }

    private static bool IsRemembered(string key) => key.StartsWith("tokenizer.", StringComparison.Ordinal) || key is "model.pooling" or "model.aggregation";

    /// <summary>Writes <c>inkstone.json</c> into a folder.</summary>
    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));
}
