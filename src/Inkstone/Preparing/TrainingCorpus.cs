using System.Globalization;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Text.Splitting;

namespace Inkstone.Preparing;

/// <summary>The rows of a run: read, cleaned, split, their labels known by name.</summary>
/// <param name="Labels">Names in the order of their ids.</param>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose by; empty where the recipe wants none.</param>
/// <param name="Test">Rows to judge by at the end; empty where the recipe names no file.</param>
public sealed record TrainingCorpus(LabelSet Labels, IReadOnlyList<Row> Train, IReadOnlyList<Row> Validation, IReadOnlyList<Row> Test)
{
    /// <summary>Reads the recipe's files; without validation rows, a share of the training rows is held back.</summary>
    /// <param name="recipe">Names files, columns, labels, cleaning and seed.</param>
    /// <param name="knownLabels">Names that the model's folder gives, for files whose labels are numbers; may be empty.</param>
    /// <param name="notice">Told what was set aside, and why.</param>
    /// <exception cref="InvalidDataFileException">A file cannot be used as it is.</exception>
    public static TrainingCorpus Read(Recipe recipe, IReadOnlyList<string> knownLabels, Action<string> notice)
    {
        var data = recipe.Data;
        IReadOnlyList<string>? declared = null;
        var trainFiles = SplitFiles.TrainOf(data);
        var train = LabelledRows.ReadForTraining(trainFiles, data, notice, file => declared ??= file.LabelNames);
        train = data.MaxTrainSamples is { } most ? [.. train.Take(most)] : train;
        var labels = LabelSet.ForTraining(train, data.LabelNames ?? declared ?? NamesFor(train, knownLabels));

        IReadOnlyList<Row> validation = [];
        if (SplitFiles.ValidationOf(data) is { } files)
        {
            Tell(files, data.ValidationFile, "data.validation_file", notice);
            validation = LabelledRows.ReadForEvaluation(files, data, notice);
        }
        else if (data.ValidationSplit > 0)
        {
            (train, validation) = Splitter.Split(train, new() { ValidationSplit = data.ValidationSplit, Stratify = data.Stratify, Seed = (ulong)recipe.Training.Seed });
            notice(string.Create(CultureInfo.InvariantCulture, $"{trainFiles}: {validation.Count} rows held back for validation, {train.Count} left to train on (data.validation_split)."));
        }

        IReadOnlyList<Row> test = [];
        if (SplitFiles.TestOf(data) is { } testFiles)
        {
            Tell(testFiles, data.TestFile, "data.test_file", notice);
            test = LabelledRows.ReadForEvaluation(testFiles, data, notice);
        }

        return new(labels, train, validation, test);
    }

    private static void Tell(SplitFiles files, FilePaths? told, string key, Action<string> notice)
    {
        if (told is null)
        {
            notice($"{files}: taken from the training rows' folder, as {key} names nothing else.");
        }
    }

    /// <summary>The model's own names, where the data's labels are these names or their numbers; null lets the data decide.</summary>
    private static IReadOnlyList<string>? NamesFor(IReadOnlyList<Row> train, IReadOnlyList<string> knownLabels) =>
        knownLabels.Count > 0 && train.All(row => knownLabels.Contains(row.Label!) || IsIndexInto(knownLabels, row.Label!)) ? knownLabels : null;

    private static bool IsIndexInto(IReadOnlyList<string> names, string label) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < names.Count;
}
