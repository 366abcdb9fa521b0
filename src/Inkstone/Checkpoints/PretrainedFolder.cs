using Inkstone.Text.Tokenizing;

namespace Inkstone.Checkpoints;

/// <summary>A Hugging Face folder to start from: its config and tokenizer are read, its weights wait.</summary>
public sealed class PretrainedFolder
{
    private PretrainedFolder(string folder, ModelConfig config, WordPieceTokenizer tokenizer)
    {
        Folder = folder;
        Config = config;
        Tokenizer = tokenizer;
    }

    /// <summary>Where it stands.</summary>
    public string Folder { get; }

    /// <summary>Its <c>config.json</c>.</summary>
    public ModelConfig Config { get; }

    /// <summary>Its vocabulary and rules.</summary>
    public WordPieceTokenizer Tokenizer { get; }

    /// <summary>Real names of the classes that its head was trained for; empty where it has none.</summary>
    public IReadOnlyList<string> LabelNames => Config.HasGenericLabels ? [] : Config.LabelNames;

    /// <summary>Reads config and tokenizer.</summary>
    /// <param name="nameOrPath">A folder, or a run (its <c>best/</c>).</param>
    /// <exception cref="InvalidCheckpointException">There is no such folder, or it is no BERT.</exception>
    /// <exception cref="InvalidDataException">The vocabulary cannot be used.</exception>
    public static PretrainedFolder Open(string nameOrPath)
    {
        var folder = ModelLocation.Resolve(nameOrPath);
        var config = ModelConfig.Read(folder);
        var tokenizer = WordPieceTokenizer.Load(folder);
        if (tokenizer.VocabularySize > config.Bert.VocabSize)
        {
            throw new InvalidCheckpointException(
                folder,
                FormattableString.Invariant($"the vocabulary has {tokenizer.VocabularySize} tokens, but the model's word table has {config.Bert.VocabSize} rows; vocab.txt and config.json do not belong together."));
        }

        return new(folder, config, tokenizer);
    }
}
