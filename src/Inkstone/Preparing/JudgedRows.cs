using Inkstone.Batching;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>Rows to judge a classifier by: as ids, and as they stand in the file, for what is reported of each.</summary>
/// <param name="Rows">The rows, raw.</param>
/// <param name="Documents">The same rows as ids, with their classes.</param>
/// <param name="Seen">Whether each row's text stands among the training rows; null where these are not known.</param>
public sealed record JudgedRows(IReadOnlyList<Row> Rows, EncodedRows Documents, IReadOnlyList<bool>? Seen)
{
    /// <summary>No rows.</summary>
    public static JudgedRows None { get; } = new([], EncodedRows.None, null);

    /// <summary>Reads every labelled row of a split, for a classifier that is trained.</summary>
    /// <param name="files">Where they lie.</param>
    /// <param name="options">Its columns.</param>
    /// <param name="labels">The classifier's classes.</param>
    /// <param name="encoder">The classifier's own.</param>
    /// <param name="notice">Told what was set aside, and why.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="trainTexts">The file of <see cref="TrainingTexts"/> that tells which rows were trained on; null where it is not known.</param>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is, or a label is none of the classes.</exception>
    public static JudgedRows Read(
        SplitFiles files, DataOptions options, LabelSet labels, TextEncoder encoder, Action<string> notice, CancellationToken stop, string? trainTexts = null)
    {
        var corpus = new CorpusEncoder(options, encoder, new EncodedCache(null, notice, TimeProvider.System), notice, stop);
        var read = corpus.ReadForEvaluation(files);
        var judged = corpus.Judged(read, labels);
        return trainTexts is null ? judged : judged with { Seen = TrainingTexts.Seen(judged.Rows, encoder.Cleaner, trainTexts) };
    }

    /// <summary>How many.</summary>
    public int Count => Rows.Count;
}
