using System.Globalization;
using Inkstone.Recipes;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>Reads the labelled rows of one split, cleans them, and says what was set aside.</summary>
public static class LabelledRows
{
    /// <summary>The labelled rows, in the files' order, without those that cleaning drops.</summary>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is.</exception>
    public static IReadOnlyList<Row> ReadForTraining(SplitFiles files, DataOptions options, Action<string> notice, Action<OpenedFile>? opened = null) =>
        Read(files, options, options.Cleaning, notice, opened);

    /// <summary>The labelled rows, in the files' order, every one of them: rows that are judged are not chosen.</summary>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is.</exception>
    public static IReadOnlyList<Row> ReadForEvaluation(SplitFiles files, DataOptions options, Action<string> notice) => Read(
        files,
        options,
        options.Cleaning with { DropEmpty = false, DropDuplicates = false, DropConflicting = false, MinCharacters = 0, MaxCharacters = null },
        notice);

    private static IReadOnlyList<Row> Read(SplitFiles files, DataOptions options, CleaningOptions cleaning, Action<string> notice, Action<OpenedFile>? opened = null)
    {
        var cleaned = Cleaner.Clean(CorpusReader.Read(files.Paths, ReadOptionsOf(options) with { Split = files.Split, Opened = opened }), cleaning, dropUnlabelled: true);
        if (cleaned.Report.Removed.Count > 0)
        {
            var reasons = cleaned.Report.Removed.GroupBy(removed => removed.Reason)
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Name(group.Key)} (first in line {group.First().Row.Line})"));
            notice(string.Create(CultureInfo.InvariantCulture, $"{files}: {cleaned.Report.Kept} rows; set aside: {string.Join(", ", reasons)}."));
        }

        return cleaned.Rows.Count > 0 ? cleaned.Rows : throw new InvalidDataFileException(
            files.ToString(), null, "no row is left after those without label and those that cleaning drops were set aside", "at least one labelled row", "Look at the label column, and at the keys of data.cleaning.");
    }

    private static string Name(RemovalReason reason) => reason switch
    {
        RemovalReason.Empty => "empty",
        RemovalReason.TooShort => "too short",
        RemovalReason.TooLong => "too long",
        RemovalReason.Unlabelled => "without label",
        RemovalReason.Conflicting => "with conflicting labels",
        RemovalReason.Duplicate => "repeated",
        _ => reason.ToString(),
    };

    private static ReadOptions ReadOptionsOf(DataOptions options) => new()
    {
        TextColumn = options.TextColumn,
        TextPairColumn = options.TextPairColumn,
        LabelColumn = options.LabelColumn,
        IdColumn = options.IdColumn,
        Where = options.Where,
        Labels = LabelUse.Required,
    };
}
