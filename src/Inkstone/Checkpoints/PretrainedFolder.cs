using Inkstone.Text.Tokenizing;

namespace Inkstone.Checkpoints;

/// <summary>A Hugging Face folder to start from: its config and tokenizer are read, its weights wait.</summary>
public sealed class PretrainedFolder
{
    /// <summary>Tables are often rounded up, to a multiple of 8 or 64.</summary>
    private const double FewestTokens = 0.98;

    private static readonly string[] Described = ["config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

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

    /// <summary>The files that decide what is computed, config, vocabulary and weights, each with its SHA-256.</summary>
    internal IReadOnlyList<(string Path, string Sha256)> FilesWithSha256()
    {
        string[] files = [.. Described.Select(name => Path.Combine(Folder, name)).Where(File.Exists), .. WeightFiles()];
        return [.. files.Zip(Checksums.Of(files))];
    }

    private string[] WeightFiles()
    {
        string[] safetensors = [.. Directory.EnumerateFiles(Folder, "model*.safetensors").Order(StringComparer.Ordinal)];
        return safetensors.Length > 0 ? safetensors : [.. Directory.EnumerateFiles(Folder, "pytorch_model*.bin").Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads config and tokenizer.</summary>
    /// <param name="nameOrPath">A folder, or a run (its <c>best/</c>).</param>
    /// <exception cref="InvalidCheckpointException">There is no such folder, or it is no BERT.</exception>
    /// <exception cref="InvalidDataException">The vocabulary cannot be used.</exception>
    public static PretrainedFolder Open(string nameOrPath)
    {
        var folder = ModelLocation.Resolve(nameOrPath);
        var config = ModelConfig.Read(folder);
        RefuseOtherTokenizers(folder);
        var tokenizer = WordPieceTokenizer.Load(folder);
        if (tokenizer.VocabularySize > config.Bert.VocabSize)
        {
            throw new InvalidCheckpointException(
                folder,
                FormattableString.Invariant($"the vocabulary has {tokenizer.VocabularySize} tokens, but the model's word table has {config.Bert.VocabSize} rows; vocab.txt and config.json do not belong together."));
        }

        return new(folder, config, tokenizer);
    }

    /// <summary>A warning where the word table has many rows that no token reaches, as with another model's vocabulary; null where the two fit.</summary>
    internal string? WarningOfVocabulary() => Tokenizer.VocabularySize >= FewestTokens * Config.Bert.VocabSize ? null : FormattableString.Invariant(
        $"Warning: the vocabulary of {Folder} has {Tokenizer.VocabularySize} tokens, but the model's word table has {Config.Bert.VocabSize} rows: {Config.Bert.VocabSize - Tokenizer.VocabularySize} of them are never used. If vocab.txt is another model's, every word has a wrong vector: take the one that belongs to the weights.");

    /// <summary>Names the tokenizers that English encoders of long texts have; whatever else is none of BERT's is told by the tokenizer itself.</summary>
    private static void RefuseOtherTokenizers(string folder)
    {
        (string File, string Kind)[] others = [("merges.txt", "BPE"), ("spiece.model", "sentencepiece"), ("sentencepiece.bpe.model", "sentencepiece")];
        if (others.FirstOrDefault(other => File.Exists(Path.Combine(folder, other.File))) is { File: { } file, Kind: var kind } && !File.Exists(Path.Combine(folder, "vocab.txt")))
        {
            throw new InvalidCheckpointException(
                folder,
                $"its tokenizer is {kind} ({file}), as of the English Longformer and BigBird, but this version reads BERT's WordPiece (vocab.txt or tokenizer.json), as Chinese ones have it. Use such a folder, or make one of a BERT: inkstone convert --to longformer BERT OUTPUT");
        }
    }
}
