using Inkstone.Models;
using Inkstone.Models.Bert;
using Inkstone.Models.BigBird;
using Inkstone.Models.Hierarchical;
using Inkstone.Models.Longformer;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Everything that a checkpoint folder holds: the model, its tokenizer, its label names and its settings.</summary>
public sealed class Classifier : IDisposable
{
    private readonly ModelConfig config;

    private Classifier(PretrainedFolder source, ModelConfig config, ClassifierSettings settings, Device device, int dropoutSamples = 1)
    {
        this.config = config;
        Settings = settings;
        Tokenizer = config.MaxLength == source.Config.MaxLength ? source.Tokenizer : source.Tokenizer.WithOptions(source.Tokenizer.Options with { ModelMaxLength = config.MaxLength });
        Encoder = EncoderFor(source, config, settings);
        Model = ModelOf(source, config, settings, new ModelContext(device), dropoutSamples);
    }

    /// <summary>Ids to logits.</summary>
    public IDocumentClassifier Model { get; private set; }

    /// <summary>Text to ids.</summary>
    public WordPieceTokenizer Tokenizer { get; }

    /// <summary>Text to chunks of ids, as training did it.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>Names in the order of the logits.</summary>
    public IReadOnlyList<string> LabelNames => config.LabelNames;

    /// <summary>What <c>inkstone.json</c> remembers.</summary>
    public ClassifierSettings Settings { get; private set; }

    /// <summary>Loads a trained classifier.</summary>
    /// <param name="path">A checkpoint folder, or a run.</param>
    /// <param name="device">Where to compute; null takes a GPU, or else the processor.</param>
    /// <param name="adjust">Changes the stored settings, for callers that know better than the checkpoint.</param>
    /// <exception cref="InvalidCheckpointException">The folder is none, or holds no trained head.</exception>
    /// <exception cref="InvalidWeightsException">The weights cannot be read.</exception>
    public static Classifier Load(string path, Device? device = null, Func<ClassifierSettings, ClassifierSettings>? adjust = null)
    {
        var source = PretrainedFolder.Open(path);
        if (source.Config.LabelNames.Count == 0)
        {
            throw new InvalidCheckpointException(source.Folder, $"is no trained classifier: its config.json has no id2label. Fine-tune it first: inkstone train RECIPE --model {path}");
        }

        var settings = ClassifierSettings.Read(source.Folder) ?? DefaultsFor(source);
        if (settings.LogitAdjustment is { } adjustment && adjustment.Count != source.Config.LabelNames.Count)
        {
            throw new InvalidCheckpointException(
                Path.Combine(source.Folder, ClassifierSettings.FileName),
                FormattableString.Invariant($"logit_adjustment has {adjustment.Count} numbers, but config.json names {source.Config.LabelNames.Count} labels; one of the two was changed."));
        }

        var classifier = new Classifier(source, source.Config, adjust is null ? settings : adjust(settings), device ?? ComputeDevice.Default);
        try
        {
            var report = WeightLoading.Load(classifier.Model.NamedParameters(), source.Folder, keepsHead: true, source.Config.Bert.InitializerRange, seed: 0, source.Config.Prefix);
            if (report.New.Concat(report.Missing).ToList() is [_, ..] lacking)
            {
                throw new InvalidCheckpointException(
                    source.Folder, $"is no trained classifier: it lacks {string.Join(", ", lacking.Take(4))}. Fine-tune it first: inkstone train RECIPE --model {path}");
            }

            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>An encoder to fine-tune; its head is the folder's where the labels agree, and new from the seed where they do not.</summary>
    /// <param name="source">Where it starts from.</param>
    /// <param name="recipe">Pooling, dropout, and how texts are cut.</param>
    /// <param name="labelNames">Names in the order of their ids.</param>
    /// <param name="notice">Told what is new, missing or left over, and how precisely it computes.</param>
    public static Classifier ForTraining(PretrainedFolder source, Recipe recipe, IReadOnlyList<string> labelNames, Action<string> notice)
    {
        recipe.Loss.ClassWeights.ThrowUnlessFor(labelNames);
        recipe.Model.ThrowUnlessFor(source.Config.Bert.NumHiddenLayers);
        var config = ConfigFor(source, recipe).ForClassifier(labelNames, recipe.Model.Dropout, recipe.Model.ClassifierDropout);
        if (recipe.Model.Architecture == Architecture.Hierarchical)
        {
            config = config.OfArchitecture(nameof(HierarchicalBert));
        }

        var classifier = new Classifier(source, config, SettingsOf(recipe), ComputeDevice.Default, recipe.Model.MultiSampleDropout);
        try
        {
            if (source.WarningOfVocabulary() is { } warning)
            {
                notice(warning);
            }

            var keepsHead = source.Config.LabelNames.SequenceEqual(labelNames)
                || (source.Config.HasGenericLabels && source.Config.LabelNames.Count == labelNames.Count);
            var positions = PositionTable.Growing(source.Config, config);
            var report = WeightLoading.Load(classifier.Model.NamedParameters(), source.Folder, keepsHead, config.Bert.InitializerRange, recipe.Training.Seed, config.Prefix, positions);
            foreach (var sentence in report.Notices().Concat(positions?.Notices() ?? []))
            {
                notice(sentence);
            }

            if (recipe.Model.FreezeEncoder)
            {
                classifier.Model = new FrozenEncoder(classifier.Model);
            }

            classifier.Model.Context.GemmDType = Precision.Choose(recipe.Training.Bf16, config.Bert, classifier.Model.Context.Device, notice, recipe.Training.Fp16);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>From now on, so much is taken off each label's logit wherever the classifier is judged or used; checkpoints remember it.</summary>
    internal void AdjustLogits(IReadOnlyList<double> adjustment) => Settings = Settings with { LogitAdjustment = adjustment };

    /// <summary>Sets the precision of matrix products for good: training is over.</summary>
    /// <param name="bf16">bfloat16 instead of float32: faster where the processor has it, logits differ in the third digit.</param>
    public void UseForInference(bool bf16)
    {
        Model.Context.GemmDType = bf16 ? DType.BFloat16 : DType.Float32;
        Model.CastForInference();
    }

    /// <summary>Takes the weights of a checkpoint of this very classifier, and keeps all else.</summary>
    /// <exception cref="InvalidCheckpointException">Weights are missing there, or have other shapes.</exception>
    /// <exception cref="InvalidWeightsException">The weights cannot be read.</exception>
    public void LoadWeights(string folder)
    {
        var report = WeightLoading.Load(Model.NamedParameters(), folder, keepsHead: true, config.Bert.InitializerRange, seed: 0, config.Prefix);
        if (report.New.Concat(report.Missing).FirstOrDefault() is { } lacking)
        {
            throw new InvalidCheckpointException(folder, $"lacks {lacking}, which this model has.");
        }
    }

    /// <summary>
    /// Writes a folder that Hugging Face opens with the same logits (where the pooling is <c>pooler</c>, before <see cref="ClassifierSettings.LogitAdjustment"/>): config, weights
    /// as safetensors, tokenizer, and <c>inkstone.json</c>. Whole or not at all.
    /// </summary>
    /// <param name="folder">The folder, which may exist.</param>
    /// <param name="also">Writes more files of its own into it.</param>
    public void Save(string folder, Action<string>? also = null) => AtomicFolder.Write(folder, temporary =>
    {
        config.Write(temporary);
        Settings.Write(temporary);
        Tokenizer.Save(temporary);
        WriteWeights(Path.Combine(temporary, "model.safetensors"));
        also?.Invoke(temporary);
    });

    private void WriteWeights(string path)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var tensors = Model.NamedParameters().Select(parameter =>
        {
            var value = parameter.Value.Detach().To(Device.Cpu).Contiguous();
            return new StoredTensor(parameter.Name, value.DType, value.Shape, value.DataPointer);
        });
        using var file = File.Create(path);
        SafetensorsWriter.Write(file, [.. tensors]);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>What a folder means that another tool made: BERT's own pooler, texts cut at the tokenizer's or the table's limit.</summary>
    private static ClassifierSettings DefaultsFor(PretrainedFolder source) => new()
    {
        IsAssumed = true,
        Tokenizer = new TokenizerOptions { MaxLength = Math.Min(source.Config.MaxLength, source.Tokenizer.Options.ModelMaxLength ?? int.MaxValue) },
    };

    /// <summary>The <see cref="Encoder"/> that a classifier of this recipe will have, before its labels are known.</summary>
    internal static TextEncoder EncoderFor(PretrainedFolder source, Recipe recipe) => EncoderFor(source, ConfigFor(source, recipe), SettingsOf(recipe));

    /// <summary>The encoder's config as a recipe wants it: of the kind that it names, with as many positions as it says.</summary>
    /// <exception cref="RecipeException">The folder is of another kind, or has more positions already.</exception>
    private static ModelConfig ConfigFor(PretrainedFolder source, Recipe recipe)
    {
        recipe.Model.ThrowUnlessFor(source.Config.Architecture, source.Folder);
        return recipe.Model.MaxPositionEmbeddings is not { } tokens ? source.Config
            : tokens >= source.Config.MaxLength ? source.Config.WithMaxLength(tokens)
            : throw new RecipeException([new(
                null,
                "model.max_position_embeddings",
                FormattableString.Invariant($"model.max_position_embeddings must be at least {source.Config.MaxLength}, the positions that {source.Folder} has, but is {tokens}; a table only grows. Use null for the model's own, and tokenizer.max_length for shorter texts."))]);
    }

    private static IDocumentClassifier ModelOf(PretrainedFolder source, ModelConfig config, ClassifierSettings settings, ModelContext context, int dropoutSamples)
    {
        if (config.Architecture != Architecture.Bert && settings.Pooling == Pooling.Cls)
        {
            throw new InvalidCheckpointException(
                source.Folder, $"is a {config.Architecture}, whose head reads [CLS] itself; set model.pooling=pooler for that head as published, or mean, but not cls.");
        }

        return (config, settings) switch
        {
            (_, { ChunkEncoder: { } chunkEncoder }) => new HierarchicalBert(config.Bert, config.LabelNames.Count, settings.Pooling, chunkEncoder, context, dropoutSamples),
            ({ Longformer: { } longformer }, _) => LongformerModel.ForSequenceClassification(longformer, config.LabelNames.Count, settings.Pooling, settings.Aggregation, context, dropoutSamples),
            ({ BigBird: { } bigBird }, _) => BigBirdModel.ForSequenceClassification(bigBird, config.LabelNames.Count, settings.Pooling, settings.Aggregation, context, dropoutSamples),
            _ => new BertForSequenceClassification(config.Bert, config.LabelNames.Count, settings.Pooling, settings.Aggregation, context, dropoutSamples),
        };
    }

    private static ClassifierSettings SettingsOf(Recipe recipe) => new()
    {
        Pooling = recipe.Model.Pooling,
        Aggregation = recipe.Model.Aggregation,
        ChunkEncoder = recipe.Model.Architecture == Architecture.Hierarchical ? recipe.Model.ChunkEncoder : null,
        Tokenizer = recipe.Tokenizer,
        Cleaning = recipe.Data.Cleaning.Resolve(),
        LabelMap = recipe.Data.LabelMap,
    };

    private static TextEncoder EncoderFor(PretrainedFolder source, ModelConfig config, ClassifierSettings settings)
    {
        RefuseTextsBeyondPositions(source, config, settings.Tokenizer.MaxLength);
        var options = settings.EncoderOptions;
        return options.Problems() is [_, ..] problems
            ? throw new InvalidCheckpointException(source.Folder, string.Join(' ', problems))
            : new(source.Tokenizer, options, TextCleaner.For(settings.Cleaning));
    }

    private static void RefuseTextsBeyondPositions(PretrainedFolder source, ModelConfig config, int maxLength)
    {
        var positions = config.MaxLength;
        if (maxLength > positions)
        {
            throw new InvalidCheckpointException(
                source.Folder,
                FormattableString.Invariant($"tokenizer.max_length is {maxLength}, but the model's position table ends at {positions}; set tokenizer.max_length to at most {positions}."));
        }
    }
}
