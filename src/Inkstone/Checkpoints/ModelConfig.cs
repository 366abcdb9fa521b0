using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Models.BigBird;
using Inkstone.Models.Bert;
using Inkstone.Models.Longformer;
using Inkstone.Recipes;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>A folder's <c>config.json</c>: read leniently, every unknown key kept for saving.</summary>
public sealed class ModelConfig
{
    private const string ClassifierSuffix = "ForSequenceClassification";
    private const int DefaultLabelCount = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject values;

    private ModelConfig(JsonObject values, BertConfig bert)
    {
        this.values = values;
        Bert = bert;
        Architecture = EncoderKind.Of(values).Architecture;
        Longformer = Architecture == Architecture.Longformer ? EncoderKind.LongformerOf(values, bert) : null;
        BigBird = Architecture == Architecture.Bigbird ? EncoderKind.BigBirdOf(values, bert) : null;
        LabelNames = ReadLabelNames(values);
    }

    /// <summary>Which kind of encoder it is: <c>model_type</c>.</summary>
    public Architecture Architecture { get; }

    /// <summary>The encoder's shape, as far as BERT has it too.</summary>
    public BertConfig Bert { get; }

    /// <summary>The whole shape of a Longformer; null for others.</summary>
    public LongformerConfig? Longformer { get; }

    /// <summary>The whole shape of a BigBird; null for others.</summary>
    public BigBirdConfig? BigBird { get; }

    /// <summary>What state-dict keys begin with.</summary>
    internal string Prefix => EncoderKind.Of(values).Prefix;

    /// <summary>The row of a text's first token in the position table.</summary>
    public int FirstPosition => Longformer?.FirstPosition ?? 0;

    /// <summary>Most tokens of a text, special ones included, for which there are positions.</summary>
    public int MaxLength => Bert.MaxPositionEmbeddings - FirstPosition;

    /// <summary>
    /// Names in the order of their ids, from <c>id2label</c>. transformers leaves that out where it is LABEL_0 and LABEL_1,
    /// so a classifier without it has these two; any other folder without it has none.
    /// </summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>True for the names that Hugging Face invents: LABEL_0, LABEL_1 …</summary>
    public bool HasGenericLabels => LabelNames.Select((name, id) => name == GenericName(id)).All(isGeneric => isGeneric);

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="InvalidCheckpointException">There is none, it is no JSON, or it describes another architecture.</exception>
    public static ModelConfig Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!Directory.Exists(folder))
        {
            throw new InvalidCheckpointException(folder, "there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt), or a run.");
        }

        if (!File.Exists(path))
        {
            throw new InvalidCheckpointException(folder, "has no config.json, so it is not a Hugging Face model folder. Give the folder that holds config.json, the weights and vocab.txt.");
        }

        return ReadFile(path);
    }

    /// <summary>Reads a config that stands alone.</summary>
    /// <exception cref="InvalidCheckpointException">There is none, it is no JSON, or it describes another architecture.</exception>
    public static ModelConfig ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidCheckpointException(path, "there is no such file. Give a config.json.");
        }

        try
        {
            var values = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) as JsonObject
                ?? throw new InvalidCheckpointException(path, "is not a JSON object.");
            RefuseOtherArchitectures(path, values);
            var bert = EncoderKind.Of(values).WithDefaults(values).Deserialize<BertConfig>(Json)!;
            RefuseImpossibleShapes(path, bert);
            EncoderKind.RefuseImpossible(path, values, bert);
            return new(values, bert);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)   // the latter where a key stands twice
        {
            throw new InvalidCheckpointException(path, $"cannot be read: {error.Message}");
        }
    }

    /// <summary>A new model's config, with what transformers writes beside the shape.</summary>
    /// <exception cref="InvalidCheckpointException">The shape cannot be.</exception>
    public static ModelConfig New(BertConfig bert)
    {
        RefuseImpossibleShapes("The new model", bert);
        var values = JsonSerializer.SerializeToNode(bert, Json)!.AsObject();
        values["model_type"] = "bert";
        values["tie_word_embeddings"] = true;
        return new(values, bert);
    }

    /// <summary>The same config, of a model that guesses hidden words instead of telling classes.</summary>
    /// <param name="padId">The id of <c>[PAD]</c>.</param>
    public ModelConfig ForMaskedLM(int padId)
    {
        var changed = (JsonObject)values.DeepClone();
        changed["architectures"] = new JsonArray("BertForMaskedLM");
        changed["model_type"] = "bert";
        changed["tie_word_embeddings"] = true;   // it is trained so, whatever the folder was
        changed["pad_token_id"] = padId;
        foreach (var ofClassifier in new[] { "problem_type", "id2label", "label2id", "num_labels" })
        {
            changed.Remove(ofClassifier);
        }

        return Of(changed);
    }

    /// <summary>The same config with a classifier's labels and dropouts; everything else stays.</summary>
    public ModelConfig ForClassifier(IReadOnlyList<string> labelNames, double? dropout, double? classifierDropout)
    {
        var changed = (JsonObject)values.DeepClone();
        var ids = Enumerable.Range(0, labelNames.Count).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToArray();
        var kind = EncoderKind.Of(values);
        changed["architectures"] = new JsonArray(kind.ClassName + ClassifierSuffix);
        changed["model_type"] = kind.ModelType;
        changed["problem_type"] = "single_label_classification";
        changed["id2label"] = new JsonObject(ids.Select((id, index) => KeyValuePair.Create<string, JsonNode?>(id, labelNames[index])));
        changed["label2id"] = new JsonObject(labelNames.Select((name, index) => KeyValuePair.Create<string, JsonNode?>(name, index)));
        changed.Remove("num_labels");
        if (dropout is { } rate)
        {
            changed["hidden_dropout_prob"] = rate;
            changed["attention_probs_dropout_prob"] = rate;
            changed["classifier_dropout"] = rate;
        }

        if (classifierDropout is { } headRate)
        {
            changed["classifier_dropout"] = headRate;
        }

        return Of(changed);
    }

    /// <summary>The same config with positions for texts of so many tokens.</summary>
    public ModelConfig WithMaxLength(int tokens)
    {
        var changed = (JsonObject)values.DeepClone();
        changed["max_position_embeddings"] = tokens + FirstPosition;
        return Of(changed);
    }

    /// <summary>The config of a Longformer with the weights of this BERT.</summary>
    /// <param name="head">What stands on it.</param>
    /// <param name="maxLength">Tokens of its longest text.</param>
    /// <param name="attentionWindow">Tokens that a token looks at, both sides together.</param>
    /// <param name="tokenizer">Knows the special tokens' ids.</param>
    /// <exception cref="InvalidCheckpointException">The window cannot be.</exception>
    internal ModelConfig AsLongformer(LongformerHead head, int maxLength, int attentionWindow, WordPieceTokenizer tokenizer)
    {
        var changed = (JsonObject)values.DeepClone();
        changed["model_type"] = "longformer";
        changed["architectures"] = new JsonArray(head switch
        {
            LongformerHead.Classifier => "LongformerForSequenceClassification",
            LongformerHead.MaskedLM => "LongformerForMaskedLM",
            _ => "LongformerModel",
        });
        changed["attention_window"] = new JsonArray([.. Enumerable.Repeat(attentionWindow, Bert.NumHiddenLayers).Select(window => (JsonNode)window)]);
        (changed["pad_token_id"], changed["bos_token_id"], changed["sep_token_id"], changed["eos_token_id"]) = (tokenizer.PadId, tokenizer.ClsId, tokenizer.SepId, tokenizer.SepId);
        changed["max_position_embeddings"] = maxLength + tokenizer.PadId + 1;
        string[] ofClassifier = head == LongformerHead.Classifier ? [] : ["id2label", "label2id", "num_labels", "problem_type"];
        foreach (var key in (string[])["position_embedding_type", "use_cache", .. ofClassifier])
        {
            changed.Remove(key);
        }

        EncoderKind.RefuseImpossible("The new config.json", changed, Bert with { MaxPositionEmbeddings = maxLength + tokenizer.PadId + 1 });
        return Of(changed);
    }

    /// <summary>The same config under the name of a model that only we have, so that no other tool takes its head for BERT's.</summary>
    internal ModelConfig OfArchitecture(string name)
    {
        var changed = (JsonObject)values.DeepClone();
        changed["architectures"] = new JsonArray(name);
        return new(changed, changed.Deserialize<BertConfig>(Json)!);
    }

    /// <summary>Writes <c>config.json</c>.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="dtype">What the weights beside it are stored as.</param>
    public void Write(string folder, DType dtype = DType.Float32)
    {
        var saved = (JsonObject)values.DeepClone();
        saved[saved.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = dtype.ToString().ToLowerInvariant();
        File.WriteAllText(Path.Combine(folder, "config.json"), saved.ToJsonString(Json) + "\n");
    }

    private static ModelConfig Of(JsonObject values) => new(values, EncoderKind.Of(values).WithDefaults(values).Deserialize<BertConfig>(Json)!);

    private static string GenericName(int id) => string.Create(CultureInfo.InvariantCulture, $"LABEL_{id}");

    private static List<string> ReadLabelNames(JsonObject values)
    {
        if (values["id2label"] is not JsonObject named)
        {
            var isClassifier = (values["architectures"] as JsonArray)?.Any(name => name?.ToString().EndsWith(ClassifierSuffix, StringComparison.Ordinal) ?? false) ?? false;
            return isClassifier ? [.. Enumerable.Range(0, DefaultLabelCount).Select(GenericName)] : [];
        }

        var names = new SortedDictionary<int, string>();
        foreach (var (id, name) in named)
        {
            if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                names[number] = name?.ToString() ?? "";
            }
        }

        var areNames = names.Keys.SequenceEqual(Enumerable.Range(0, names.Count)) && !names.ContainsValue("") && names.Values.Distinct().Count() == names.Count;
        return areNames ? [.. names.Values] : [];
    }

    private static void RefuseOtherArchitectures(string path, JsonObject values)
    {
        if (!EncoderKind.IsKnown(values))
        {
            throw new InvalidCheckpointException(
                path,
                $"model_type is {values["model_type"]}, but this version reads bert (BERT, RoBERTa-wwm and MacBERT in Chinese all say bert), longformer and big_bird. Use such a folder.");
        }

        if (values["position_embedding_type"]?.ToString() is { } positions and not "absolute")
        {
            throw new InvalidCheckpointException(path, $"position_embedding_type is {positions}, but only absolute is supported.");
        }
    }

    private static void RefuseImpossibleShapes(string path, BertConfig bert)
    {
        foreach (var (key, value) in new[]
        {
            ("vocab_size", bert.VocabSize), ("hidden_size", bert.HiddenSize), ("num_hidden_layers", bert.NumHiddenLayers),
            ("num_attention_heads", bert.NumAttentionHeads), ("intermediate_size", bert.IntermediateSize),
            ("max_position_embeddings", bert.MaxPositionEmbeddings), ("type_vocab_size", bert.TypeVocabSize),
        })
        {
            if (value < 1)
            {
                throw new InvalidCheckpointException(path, string.Create(CultureInfo.InvariantCulture, $"{key} must be at least 1, but is {value}."));
            }
        }

        if (bert.HiddenSize % bert.NumAttentionHeads != 0)
        {
            throw new InvalidCheckpointException(path, string.Create(CultureInfo.InvariantCulture, $"num_attention_heads must divide hidden_size, but is {bert.NumAttentionHeads} with {bert.HiddenSize}."));
        }

        if (bert.HiddenAct is not ("gelu" or "gelu_new" or "gelu_pytorch_tanh" or "relu"))
        {
            throw new InvalidCheckpointException(path, $"hidden_act is {bert.HiddenAct}, but must be gelu, gelu_new, gelu_pytorch_tanh or relu.");
        }
    }
}
