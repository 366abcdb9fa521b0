using Inkstone.Pretraining.Vocabularies;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// Texts as ids on disk, parted into those to train on and those to judge by. Memory does not grow with the corpus. The ids are kept for the next
/// run, which then starts at once.
/// </summary>
public sealed class PretrainingCorpus : IDisposable
{
    /// <summary>Pieces with fewer tokens that the vocabulary knows are left out: there is nothing to guess from.</summary>
    public const int LeastTokens = 4;

    private readonly CorpusFile file;

    private PretrainingCorpus(CorpusFile file, WordPieceTokenizer tokenizer, PretrainingCorpusOptions options)
    {
        this.file = file;
        Train = new(file, file.Header.Train, tokenizer, options.MaxLength);
        HeldOut = new(file, file.Header.HeldOut, tokenizer, options.MaxLength);
    }

    /// <summary>What to train on.</summary>
    public CorpusTexts Train { get; }

    /// <summary>What to judge by: the same texts in every run over this corpus. Equal texts are all here, or none of them is. Empty where there are few texts.</summary>
    public CorpusTexts HeldOut { get; }

    /// <summary>What became of the texts.</summary>
    public CorpusReport Report => file.Header.Report;

    /// <summary>Stands for all ids and for which are held out: a run that goes on must find the same.</summary>
    public string Fingerprint => file.Header.Fingerprint;

    /// <summary>Reads files, or finds what an earlier run has made of them.</summary>
    /// <param name="paths">Files, patterns and folders, as <see cref="CorpusReader"/> takes them: a text a line, or the text column of csv, tsv, json, jsonl, parquet.</param>
    /// <param name="tokenizer">Makes ids.</param>
    /// <param name="options">Lengths, what is held out, where ids are kept.</param>
    /// <param name="notice">Told what the user should know, a sentence at a time.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ArgumentException">A setting cannot be.</exception>
    /// <exception cref="InvalidDataFileException">A file is missing, empty, no text, or lacks a column; or no text of any use is in them.</exception>
    /// <exception cref="IOException">The disk that ids are kept on is full, or fails. Nothing half done is left on it.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static PretrainingCorpus Read(
        IReadOnlyList<string> paths, WordPieceTokenizer tokenizer, PretrainingCorpusOptions options, Action<string> notice, CancellationToken stop)
    {
        ThrowIfInvalid(options);
        return Make(CorpusSource.Of(paths, options, stop), tokenizer, options, new CorpusCache(options.CacheFolder ?? CorpusCache.DefaultFolder(), notice, TimeProvider.System), notice, stop);
    }

    /// <summary>Takes texts that the caller has, such as the training rows of a recipe. Their ids do not stay for the next run.</summary>
    /// <param name="name">What messages call them.</param>
    /// <param name="texts">The texts; enumerated once.</param>
    /// <param name="tokenizer">Makes ids.</param>
    /// <param name="options">Lengths, what is held out, where ids are while they are used.</param>
    /// <param name="notice">Told what the user should know, a sentence at a time.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ArgumentException">A setting cannot be.</exception>
    /// <exception cref="InvalidDataFileException">No text of any use is among them.</exception>
    /// <exception cref="IOException">The disk that ids lie on is full, or fails. Nothing half done is left on it.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static PretrainingCorpus Of(
        string name, IEnumerable<string> texts, WordPieceTokenizer tokenizer, PretrainingCorpusOptions options, Action<string> notice, CancellationToken stop)
    {
        ThrowIfInvalid(options);
        return Make(new(name, [], _ => texts), tokenizer, options, new CorpusCache(options.CacheFolder ?? CorpusCache.DefaultFolder(), notice, TimeProvider.System), notice, stop);
    }

    /// <summary>The texts of files, for a vocabulary (<see cref="CorpusVocabulary"/>), read while they are enumerated.</summary>
    /// <param name="paths">As for <see cref="Read"/>.</param>
    /// <param name="options">Which column, split, format and encoding.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="InvalidDataFileException">A file is missing, empty, no text, or lacks a column.</exception>
    public static IEnumerable<string> Texts(IReadOnlyList<string> paths, PretrainingCorpusOptions options, CancellationToken stop) =>
        CorpusSource.Of(paths, options, stop).Texts();

    /// <summary>Closes the file; what is left of it on disk is for the next run.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Does what <see cref="Read"/> does with files that are told by their source, kept in this cache.</summary>
    internal static PretrainingCorpus Make(
        CorpusSource source, WordPieceTokenizer tokenizer, PretrainingCorpusOptions options, CorpusCache cache, Action<string> notice, CancellationToken stop)
    {
        var file = cache.GetOrMake(options.Keep ? source.Key(tokenizer, options) : null, (stream, folder) =>
        {
            using var pass = new CorpusPass(tokenizer, options);
            pass.Run(source, stream, folder, stop);
        });
        if (file.Header.Train.Count == 0)
        {
            var texts = file.Header.Report.Texts;
            file.Dispose();
            throw new InvalidDataFileException(
                source.Name, null, FormattableString.Invariant($"none of the {texts} texts has {LeastTokens} tokens that the vocabulary knows"), "longer texts, in the vocabulary's language",
                "Check that it is the right file and column, and that the vocabulary is made for such texts.");
        }

        foreach (var sentence in file.Header.Notices.Concat(file.Header.Report.Notices()))
        {
            notice(sentence);
        }

        if (file.Header.HeldOut.Count == 0 && options.HeldOutTexts > 0)
        {
            notice(FormattableString.Invariant($"No text is held out: {file.Header.Report.Texts} are too few, or too often the same, to spare one in twenty."));
        }

        return new(file, tokenizer, options);
    }

    private static void ThrowIfInvalid(PretrainingCorpusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }
    }
}
