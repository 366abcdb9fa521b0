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
    /// <summary>Reads the recipe's files; without a validation file, a share of the training rows is held back.</summary>
    /// <param name="recipe">Names files, columns, labels, cleaning and seed.</param>
    /// <param name="knownLabels">Names that the model's folder gives, for files whose labels are numbers; may be empty.</param>
    /// <param name="notice">Told what was set aside, and why.</param>
    /// <exception cref="InvalidDataFileException">A file cannot be used as it is.</exception>
    public static TrainingCorpus Read(Recipe recipe, IReadOnlyList<string> knownLabels, Action<string> notice)
    {
        var data = recipe.Data;
        var train = LabelledRows.ReadForTraining(data.TrainFile, data, notice);
        train = data.MaxTrainSamples is { } most ? [.. train.Take(most)] : train;
        var labels = LabelSet.ForTraining(train, data.LabelNames ?? NamesFor(train, knownLabels));
        NoteBareNumbers(labels, notice);

        IReadOnlyList<Row> validation = [];
        if (data.ValidationFile is { } file)
        {
            validation = LabelledRows.ReadForEvaluation(file, data, notice);
        }
        else if (data.ValidationSplit > 0)
        {
            (train, validation) = Splitter.Split(train, new() { ValidationSplit = data.ValidationSplit, Stratify = data.Stratify, Seed = (ulong)recipe.Training.Seed });
            notice(string.Create(CultureInfo.InvariantCulture, $"{data.TrainFile}: {validation.Count} rows held back for validation, {train.Count} left to train on (data.validation_split)."));
        }

        IReadOnlyList<Row> test = data.TestFile is { } testFile ? LabelledRows.ReadForEvaluation(testFile, data, notice) : [];
        return new(labels, train, validation, test);
    }

    /// <summary>The model's own names, where the data's labels are these names or their numbers; null lets the data decide.</summary>
    private static IReadOnlyList<string>? NamesFor(IReadOnlyList<Row> train, IReadOnlyList<string> knownLabels) =>
        knownLabels.Count > 0 && train.All(row => knownLabels.Contains(row.Label!) || IsIndexInto(knownLabels, row.Label!)) ? knownLabels : null;

    private static void NoteBareNumbers(LabelSet labels, Action<string> notice)
    {
        if (labels.Names.All(name => int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            notice($"The labels are bare numbers ({string.Join(", ", labels.Names.Take(6))}{(labels.Count > 6 ? ", …" : "")}), and predictions will show them so; "
                + $"to give them names, set data.label_map, such as {{{labels.Names[0]}: neg, {labels.Names[1]}: pos}}.");
        }
    }

    private static bool IsIndexInto(IReadOnlyList<string> names, string label) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < names.Count;
}
