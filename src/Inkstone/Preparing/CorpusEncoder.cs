using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>Makes ids of data files, or takes them from the cache, and says what was set aside.</summary>
internal sealed class CorpusEncoder(DataOptions options, TextEncoder encoder, EncodedCache cache, Action<string> notice, CancellationToken stop)
{
    /// <summary>Every row of a split, without those that cleaning drops.</summary>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is, or no row of it.</exception>
    public ReadFile ReadForTraining(SplitFiles files) => Read(files, options.Cleaning);

    /// <summary>Every labelled row of a split: rows that are judged are not chosen.</summary>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is, or no row of it.</exception>
    public ReadFile ReadForEvaluation(SplitFiles files) => Read(files, options.Cleaning.KeepingEveryRow());

    /// <summary>All rows of a file that are to be judged, with a word on labels that are ids.</summary>
    /// <param name="read">The file.</param>
    /// <param name="labels">Their classes.</param>
    /// <exception cref="InvalidDataFileException">The file has changed since it was encoded, or a label is none of the classes.</exception>
    public JudgedRows Judged(ReadFile read, LabelSet labels)
    {
        var numbers = read.File.Kept();
        if (read.Labels.Notice(read.Source.Name, labels, numbers) is { } ids)
        {
            notice(ids);
        }

        return Judged(read, numbers, labels);
    }

    /// <summary>Some rows of a file with their texts, to judge by.</summary>
    /// <param name="read">The file.</param>
    /// <param name="numbers">Places of the rows, ascending.</param>
    /// <param name="labels">Their classes.</param>
    /// <exception cref="InvalidDataFileException">The file has changed since it was encoded, or a label is none of the classes.</exception>
    public JudgedRows Judged(ReadFile read, int[] numbers, LabelSet labels)
    {
        var rows = new List<Row>(numbers.Length);
        var encoded = read.File.Rows.InOrder();
        foreach (var row in read.Source.Read(numbers))
        {
            var cleaned = encoder.Cleaner.Clean(row);
            if (TextHash.Of(cleaned.Text, cleaned.TextPair) != encoded[numbers[rows.Count]].Text)
            {
                throw DataFile.Changed(row.File);
            }

            rows.Add(row);
        }

        return new(rows, read.File.Select(numbers, read.Labels.Ids(labels, numbers)), Seen: null);
    }

    private ReadFile Read(SplitFiles files, CleaningOptions cleaning)
    {
        var source = LabelledRows.Open(files, options);
        var file = cache.GetOrMake(
            EncodedFileKey.Of(source.Files, source.Options, cleaning, encoder),
            () => new EncodingPass(encoder, cleaning, Environment.ProcessorCount, cache.SpoolFolder).Run(source, stop));
        var removed = new RemovedRows(source, file);
        foreach (var sentence in file.Header.Notices)
        {
            notice(sentence);
        }

        if (removed.Notice() is { } aside)
        {
            notice(aside);
        }

        if (removed.Count < file.Rows.Count)
        {
            return new(source, file, removed);
        }

        file.Dispose();
        throw new InvalidDataFileException(
            source.Name, null, "no row is left after those without label and those that cleaning drops were set aside", "at least one labelled row", "Look at the label column, and at the keys of data.cleaning.");
    }
}

/// <summary>A data file that was read: where from, what came of it, and what left.</summary>
internal sealed record ReadFile(LabelledRows Source, EncodedFile File, RemovedRows Removed)
{
    /// <summary>The labels of its rows.</summary>
    public FileLabels Labels { get; } = new(File);
}
