using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Comparing;
using Inkstone.Evaluating;
using Inkstone.Losses;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone;

/// <summary>What a baseline by itself leaves behind.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="TrainRows">Rows that it learnt from.</param>
/// <param name="Features">N-grams that it knows.</param>
/// <param name="Evaluation">What the judged rows said of it; null where there are none.</param>
public sealed record BaselineResult(string Folder, int TrainRows, int Features, Evaluation? Evaluation);

/// <summary>An encoder held against the linear baseline that learnt from the same rows.</summary>
/// <param name="Evaluation">What the same rows said of the baseline.</param>
/// <param name="Comparison">The encoder less the baseline.</param>
public sealed record BesideBaseline(Evaluation Evaluation, ComparisonBySeen Comparison)
{
    /// <summary>Whether the encoder is better than the baseline.</summary>
    public string Sentence => Comparison.Sentence("the baseline", "The encoder");
}

/// <summary>The linear baseline: by itself, or beside an encoder.</summary>
public static class BaselineRun
{
    /// <summary>Trains a baseline on a recipe's training rows and judges it on its test rows, or else its validation rows.</summary>
    /// <param name="recipe">Names the rows and the class weights; the model only cuts texts into tokens, and its weights are not read.</param>
    /// <param name="outputFolder">Where to write; it must not exist, or be empty.</param>
    /// <param name="notice">Told what was set aside.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the work; nothing is written then.</param>
    /// <exception cref="RunFolderTakenException">The folder holds something.</exception>
    public static BaselineResult Run(Recipe recipe, string outputFolder, Action<string> notice, TimeProvider time, CancellationToken stop)
    {
        recipe.ThrowIfInvalid();
        RunFolder.ThrowIfTaken(outputFolder);
        var model = PretrainedFolder.Open(recipe.Model.NameOrPath);
        using var corpus = TrainingCorpus.Read(recipe, model, EncodedCache.DefaultFolder(), notice, time, stop);
        var classifier = Fit(recipe, corpus, notice, stop);
        var (split, rows) = Evaluation.JudgedOf(corpus);
        var evaluation = rows.Count == 0 ? null : Judge(classifier, split, rows, stop);
        classifier.Save(outputFolder);
        corpus.WriteTrainTexts(Path.Combine(outputFolder, TrainingTexts.FileName));
        evaluation?.Write(Path.Combine(outputFolder, "evaluation"));
        return new(outputFolder, corpus.Train.Count, classifier.Features, evaluation);
    }

    /// <summary>Trains a baseline on a run's rows, keeps it in <c>baseline/</c>, and compares.</summary>
    /// <returns>Null where the recipe wants none, or no row is judged.</returns>
    internal static BesideBaseline? Beside(Evaluation? encoder, Recipe recipe, TrainingCorpus corpus, RunFolder run, Action<string> notice, CancellationToken stop)
    {
        if (encoder is null || !recipe.Evaluation.Baseline)
        {
            return null;
        }

        notice("A linear baseline learns from the same rows, to compare with (evaluation.baseline=false leaves it out).");
        var classifier = Fit(recipe, corpus, notice, stop);
        var (split, rows) = Evaluation.JudgedOf(corpus);
        var baseline = Judge(classifier, split, rows, stop);
        classifier.Save(run.Baseline);
        baseline.Write(Path.Combine(run.Baseline, "evaluation"));
        var comparison = ComparisonBySeen.Of(
            [.. encoder.Rows.Select(row => row.LabelId)], [.. baseline.Rows.Select(row => row.Predicted)], [.. encoder.Rows.Select(row => row.Predicted)], encoder.Metrics.Labels.Count, Evaluation.SeenOf(encoder.Rows));
        var beside = new BesideBaseline(baseline, comparison);
        AtomicFile.Write(Path.Combine(run.Evaluation, "baseline.json"), stream => ComparisonJson.Write(stream, beside));
        return beside;
    }

    private static LinearClassifier Fit(Recipe recipe, TrainingCorpus corpus, Action<string> notice, CancellationToken stop)
    {
        var (labels, ids) = (corpus.Labels.Names, corpus.Train.LabelIds);
        recipe.Loss.ClassWeights.ThrowUnlessFor(labels);
        var counts = new int[labels.Count];
        foreach (var id in ids)
        {
            counts[id]++;
        }

        return LinearClassifier.Fit(
            () => corpus.TrainRows().Select((row, index) => new LabelledText(row.Text, row.TextPair, ids[index])),
            ids.Count, labels, DocumentLoss.Weights(recipe.Loss.ClassWeights, counts), recipe.Data.Cleaning.Resolve(), new(), notice, stop);
    }

    private static Evaluation Judge(LinearClassifier classifier, string split, JudgedRows rows, CancellationToken stop)
    {
        var cleaner = TextCleaner.For(classifier.Cleaning);
        var judged = rows.Rows.AsParallel().AsOrdered().WithCancellation(stop).Select((row, index) => new JudgedRow(row, rows.Documents.LabelIds[index], LogitsOf(row)) { Truncated = false });
        return Evaluation.Of(split, [.. judged], classifier.LabelNames, rows.Seen);

        double[] LogitsOf(Row row)
        {
            var cleaned = cleaner.Clean(row);
            return classifier.Logits(cleaned.Text, cleaned.TextPair);
        }
    }
}
