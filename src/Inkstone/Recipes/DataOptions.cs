using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora.Encodings;

namespace Inkstone.Recipes;

/// <summary>The <c>data</c> section: which rows, and how they are cleaned and split.</summary>
public sealed record DataOptions
{
    /// <summary>
    /// Rows to train on: csv, tsv, json, jsonl, parquet, patterns such as <c>parts/*.jsonl</c>, or a data set's folder, which stands for
    /// its train split. Required; empty until given.
    /// </summary>
    public FilePaths TrainFile { get; init; } = [];

    /// <summary>
    /// Rows to choose the best checkpoint by; a folder stands for its validation split. Null: the validation split of the folder that
    /// <see cref="TrainFile"/> names, or else <see cref="ValidationSplit"/> of the training rows.
    /// </summary>
    public FilePaths? ValidationFile { get; init; }

    /// <summary>
    /// Rows for the final evaluation, read only there; a folder stands for its test split. Null: the test split of the folder that
    /// <see cref="TrainFile"/> names, or else the validation rows are reported instead.
    /// </summary>
    public FilePaths? TestFile { get; init; }

    /// <summary>A SQL condition on the files' own columns, such as <c>"评分" &gt;= 4</c>; rows that do not meet it are not read. Null: every row.</summary>
    public string? Where { get; init; }

    /// <summary>Column with the text. Null (<c>auto</c>): found by its usual names.</summary>
    [Auto]
    public string? TextColumn { get; init; }

    /// <summary>Column with a second text, for sentence pairs. Null: single texts.</summary>
    public string? TextPairColumn { get; init; }

    /// <summary>Column with the label, a name or an id. Null (<c>auto</c>): found by its usual names.</summary>
    [Auto]
    public string? LabelColumn { get; init; }

    /// <summary>Column whose value follows a row into the predictions. Null: found by its usual names, if there is one.</summary>
    public string? IdColumn { get; init; }

    /// <summary>Column whose equal values mark rows that belong together and are never split. Null: rows stand alone.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>Renames labels as the files have them, such as <c>{0: neg, 1: pos}</c>; a label that it lacks is an error. Null: labels are kept.</summary>
    public ValueMap? LabelMap { get; init; }

    /// <summary>Text encoding of the files, such as <c>gb18030</c>. Null (<c>auto</c>): told from their bytes.</summary>
    [Auto]
    public string? Encoding { get; init; }

    /// <summary>Names of the labels in the order of their ids. Null: the names found in the rows, sorted.</summary>
    public ValueList<string>? LabelNames { get; init; }

    /// <summary>Share of the training rows held back for validation where no validation file is given, 0 (none) to below 1. Default 0.1.</summary>
    public double ValidationSplit { get; init; } = 0.1;

    /// <summary>Whether the held-back rows have the labels in the same proportions. Default true.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Which rows <see cref="ValidationSplit"/> and folds hold back descends from it, and not from <c>training.seed</c>: runs under several seeds are judged by the same rows. At least 0.</summary>
    public int SplitSeed { get; init; } = 42;

    /// <summary>At most this many training rows, for trials. Null: all.</summary>
    public int? MaxTrainSamples { get; init; }

    /// <summary>
    /// Whether rows are kept as ids for the next run on the same data: in <c>INKSTONE_CACHE</c>, or else <c>~/.cache/inkstone</c>, 2 GiB at most.
    /// Default true.
    /// </summary>
    public bool Cache { get; init; } = true;

    /// <summary>What is done to texts before they become ids, and which training rows leave; rows that are judged are all kept.</summary>
    public CleaningOptions Cleaning { get; init; } = new();

    internal void Check(Problems problems)
    {
        problems.Require(
            TrainFile.Count > 0 && TrainFile.All(path => path.Length > 0),
            "data.train_file", "the file with the training rows", TrainFile, "set it in the recipe or with --train-file");
        foreach (var (key, paths) in new[] { ("validation_file", ValidationFile), ("test_file", TestFile) })
        {
            problems.Require(paths is null || paths.All(path => path.Length > 0), $"data.{key}", "a file or a list of files", paths, "use [] for none");
        }

        problems.Require(Where is null || !string.IsNullOrWhiteSpace(Where), "data.where", "a SQL condition", Where, "use null for every row");
        problems.Require(
            ValidationSplit is >= 0 and < 1,
            "data.validation_split", "at least 0 and below 1", ValidationSplit,
            "0.1 holds back every tenth row; for a fixed set give data.validation_file");
        problems.Require(SplitSeed >= 0, "data.split_seed", "at least 0", SplitSeed, "any number will do, 42 is usual");
        problems.Require(MaxTrainSamples is null or >= 1, "data.max_train_samples", "at least 1", MaxTrainSamples, "use null for all rows");
        problems.Require(
            LabelNames is null or { Count: >= 2 },
            "data.label_names", "a list of at least two names", LabelNames,
            "name every label, or use null to take the names from the rows");
        problems.Require(LabelNames?.All(name => name.Length > 0) ?? true, "data.label_names", "without empty names", LabelNames, "name every label");
        problems.Require(
            LabelNames is null || LabelNames.Distinct().Count() == LabelNames.Count,
            "data.label_names", "without repetitions", LabelNames,
            "list each label once, in the order of the ids");
        foreach (var (key, column) in new[] { ("text_column", TextColumn), ("text_pair_column", TextPairColumn), ("label_column", LabelColumn), ("id_column", IdColumn), ("group_column", GroupColumn) })
        {
            problems.Require(
                column is null or { Length: > 0 },
                $"data.{key}", "a column's name", column,
                key is "text_column" or "label_column" ? "use auto to find it by its usual names" : "use null for none");
        }

        problems.Require(
            TextPairColumn is null || TextPairColumn != TextColumn,
            "data.text_pair_column", "another column than data.text_column", TextPairColumn,
            "use null for single texts", "data.text_column");
        problems.Require(
            Encoding is null || EncodingNames.IsKnown(Encoding),
            "data.encoding", $"one of {string.Join(", ", EncodingNames.All)}", Encoding,
            "use auto to have it told from the bytes");
        problems.Require(
            LabelMap is null || (LabelMap.Count > 0 && LabelMap.All(entry => entry.Key.Length > 0 && entry.Value.Length > 0)),
            "data.label_map", "a map without empty texts", LabelMap,
            "write it like {0: neg, 1: pos}, or use null to keep the labels");
        CleaningRules.Check(Cleaning, problems);
    }
}
