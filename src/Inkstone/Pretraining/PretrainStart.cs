using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Models.Bert;
using Inkstone.Pretraining.Vocabularies;
using Inkstone.Recipes;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining;

/// <summary>What pre-training starts from: a shape, a vocabulary, and weights where there are some.</summary>
/// <param name="Config">The model's shape.</param>
/// <param name="Tokenizer">Its vocabulary.</param>
/// <param name="WeightsFolder">Where its weights are; null for a new model.</param>
internal sealed record PretrainStart(ModelConfig Config, WordPieceTokenizer Tokenizer, string? WeightsFolder)
{
    private const int UsualVocabSize = 8900;
    private const int UsualPositions = 512;

    /// <summary>Finds the start of a new run.</summary>
    /// <param name="options">Name it.</param>
    /// <param name="recipe">Names the folder to go on from where the options do not.</param>
    /// <param name="texts">The corpus, for a vocabulary of it.</param>
    /// <param name="notice">Told what the vocabulary knows.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="InvalidCheckpointException">The folder is no BERT, or the vocabulary does not fit it.</exception>
    public static PretrainStart Of(PretrainOptions options, Recipe? recipe, Func<IEnumerable<string>> texts, Action<string> notice, CancellationToken stop)
    {
        if (options.KeepOptimizer && PretrainFolder.ProblemOfOptimizer(options.Model!) is { } problem)
        {
            throw new PretrainOptionsException([$"--keep-optimizer takes over the optimizer of a pre-training run, but {problem}"]);
        }

        var start = options.StartsAnew ? New(options, texts, notice, stop) : At(PretrainFolder.WeightsOf(options.Model ?? recipe!.Model.NameOrPath));
        ThrowUnlessFit(start.Config, options.Model ?? options.Config ?? recipe?.Model.NameOrPath ?? "The new model", options);
        return start.Tokenizer.MaskId is not null ? start : throw new InvalidCheckpointException(
            options.Model ?? options.Vocab ?? "The vocabulary", $"the vocabulary has no {start.Tokenizer.Options.MaskToken}, so no word can be hidden.");
    }

    /// <summary>What a folder holds.</summary>
    public static PretrainStart At(string folder)
    {
        var model = PretrainedFolder.Open(folder);
        return new(model.Config, model.Tokenizer, model.Folder);
    }

    private static PretrainStart New(PretrainOptions options, Func<IEnumerable<string>> texts, Action<string> notice, CancellationToken stop)
    {
        var config = options.Config is { } path ? ModelConfig.ReadFile(path) : null;
        if (config is not null)
        {
            ThrowUnlessFit(config, options.Config!, options);   // before the texts are read for a vocabulary
        }

        var positions = Math.Max(UsualPositions, options.MaxLength);
        var tokenizer = options.Vocab is { } vocabulary
            ? WordPieceTokenizer.Load(vocabulary)
            : VocabularyOf(texts(), options.VocabSize ?? config?.Bert.VocabSize ?? UsualVocabSize, config?.Bert.MaxPositionEmbeddings ?? positions, notice, stop);
        config ??= ModelConfig.New(new BertConfig
        {
            VocabSize = tokenizer.VocabularySize, HiddenSize = options.HiddenSize, NumHiddenLayers = options.Layers ?? 4, NumAttentionHeads = options.HeadCount,
            IntermediateSize = options.Intermediate ?? (4 * options.HiddenSize), MaxPositionEmbeddings = positions,
        });
        return tokenizer.VocabularySize <= config.Bert.VocabSize ? new(config, tokenizer, null) : throw new InvalidCheckpointException(
            options.Vocab ?? options.Config!,
            string.Create(CultureInfo.InvariantCulture, $"the vocabulary has {tokenizer.VocabularySize} tokens, but vocab_size of {options.Config} is {config.Bert.VocabSize}; the two do not belong together."));
    }

    private static void ThrowUnlessFit(ModelConfig config, string name, PretrainOptions options)
    {
        if (config.Architecture != Architecture.Bert)
        {
            throw new InvalidCheckpointException(
                name, $"is a {config.Architecture}, but only BERTs are pre-trained here; pre-train the BERT, and make a Longformer of it afterwards: inkstone convert --to longformer BERT OUTPUT");
        }

        var positions = config.Bert.MaxPositionEmbeddings;
        if (options.MaxLength > positions)
        {
            throw new InvalidCheckpointException(
                name, string.Create(CultureInfo.InvariantCulture, $"has {positions} positions, but --max-length is {options.MaxLength}; give at most {positions}."));
        }
    }

    private static WordPieceTokenizer VocabularyOf(IEnumerable<string> texts, int size, int positions, Action<string> notice, CancellationToken stop)
    {
        var vocabulary = CorpusVocabulary.Build(texts, size, stop: stop);
        notice($"Vocabulary: {vocabulary.Report}");
        return vocabulary.CreateTokenizer(positions);
    }
}
