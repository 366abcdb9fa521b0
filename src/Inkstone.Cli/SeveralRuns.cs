using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Cli.Verbs;
using Inkstone.Evaluating;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Cli;

/// <summary>The same recipe under several seeds, over the folds of its rows, or in several variants: a run each, one after another, and what they come to.</summary>
internal static class SeveralRuns
{
    private static readonly JsonSerializerOptions Indented = new(JsonForms.SnakeCase) { WriteIndented = true };

    /// <summary>
    /// Makes the runs of a series that are not made yet: those that ended are passed over, one that was interrupted goes on. Leaves a
    /// folder for each and <c>summary.json</c>, and shows a table; the last line on standard output is the summary.
    /// </summary>
    public static void Train(Recipe recipe, RunSeries series, Terminal terminal)
    {
        using var interruption = new Interruption();   // between two runs, too
        try
        {
            if (series.HasVariants)
            {
                LongTextComparison.Run(recipe, series, terminal, interruption.Token);
            }
            else if (series.Folds is { } folds)
            {
                OverFolds(recipe, series, folds, terminal, interruption.Token);
            }
            else
            {
                UnderSeeds(recipe, series, terminal, interruption.Token);
            }
        }
        catch (Exception error)
        {
            series.DiscardUnlessBegun();
            if (series.OneThatBegan is not null)
            {
                terminal.Note($"{(error is OperationCanceledException ? "To go on with all runs" : "What is done is kept. To go on with all runs once that is mended")}: inkstone train --resume {series.Folder}");
            }

            throw;
        }
    }

    /// <summary>Refuses runs that nobody could compare.</summary>
    /// <param name="recipe">Theirs.</param>
    /// <param name="runs">What they are: <c>several seeds</c>.</param>
    public static void ThrowUnlessComparable(Recipe recipe, string runs = "several seeds")
    {
        if (recipe.Data.ValidationSplit == 0 && SplitFiles.ValidationOf(recipe.Data) is null && SplitFiles.TestOf(recipe.Data) is null)
        {
            throw NothingToCompare(runs);
        }
    }

    private static WrongCallException NothingToCompare(string runs = "several seeds") => new(
        $"{runs} are compared on test or validation rows, and this recipe has neither; give --validation-file or --test-file, or set data.validation_split.");

    private static void UnderSeeds(Recipe recipe, RunSeries series, Terminal terminal, CancellationToken stop)
    {
        var metrics = new List<IReadOnlyDictionary<string, double?>>();
        foreach (var (seed, name) in series.Seeds.Zip(series.Runs))
        {
            stop.ThrowIfCancellationRequested();
            var folder = series.FolderOf(name);
            if (RunFolder.ProgressOf(folder) == RunProgress.Finished)
            {
                terminal.Note($"{name}: is finished already.");
            }
            else
            {
                terminal.Note($"{name}:");
                TrainVerb.Train(recipe with { Training = recipe.Training with { Seed = seed } }, folder, terminal, series);
            }

            var judged = Path.Combine(folder, "evaluation", "metrics.json");
            metrics.Add(File.Exists(judged) ? MetricsJson.ReadNamed(judged) : throw NothingToCompare());
        }

        var (spreads, split) = (MetricSpread.Of(metrics), Evaluation.SplitOfRun(recipe.Data));
        SpreadTable.Show(terminal.Results, split, series.Runs, spreads);
        Finish(series, new { Run = series.Folder, series.Seeds, Split = split, Metrics = spreads });
    }

    /// <summary>Leaves <c>out-of-fold/</c> too, an evaluation in which the run that did not learn a training row says what it is, each once.</summary>
    private static void OverFolds(Recipe recipe, RunSeries series, int folds, Terminal terminal, CancellationToken stop)
    {
        var evaluations = new List<Evaluation>();
        foreach (var (index, name) in series.Runs.Index())
        {
            stop.ThrowIfCancellationRequested();
            var (folder, fold) = (series.FolderOf(name), new Fold(index, folds));
            if (RunFolder.ProgressOf(folder) == RunProgress.Finished)
            {
                terminal.Note($"{name}: is finished already, and judged once more.");
                using var progress = new TrainingProgress(terminal, TimeProvider.System);
                evaluations.Add(FineTuneRun.JudgeAgain(recipe, folder, progress, TimeProvider.System, stop, fold)!);
            }
            else
            {
                terminal.Note($"{name}:");
                evaluations.Add(TrainVerb.Train(recipe, folder, terminal, series, fold).Evaluation!);
            }
        }

        JudgedRow[] rows = [.. evaluations.SelectMany(evaluation => evaluation.Rows).OrderBy(row => row.Row.File, StringComparer.Ordinal).ThenBy(row => row.Row.Line)];
        var outOfFold = Evaluation.Of("out-of-fold", rows, evaluations[0].Metrics.Labels, Evaluation.SeenOf(rows));
        outOfFold.Write(Path.Combine(series.Folder, "out-of-fold"));
        MetricsTable.Show(terminal.Results, outOfFold.Metrics, outOfFold.Split);
        if (recipe.Training is { LoadBestModelAtEnd: true, EvalStrategy: not IntervalStrategy.No })
        {
            terminal.Note("Each fold also chose its run's checkpoint (training.load_best_model_at_end), so these numbers are somewhat too good; training.eval_strategy=no judges weights that no fold has chosen.");
        }

        var spreads = MetricSpread.Of([.. evaluations.Select(evaluation => evaluation.Metrics)]);
        SpreadTable.Show(terminal.Results, "fold", series.Runs, spreads);
        var all = MetricName.All.ToDictionary(name => name, outOfFold.Metrics.Named);
        Finish(series, new { Run = series.Folder, Folds = folds, outOfFold.Split, outOfFold.Metrics.Samples, OutOfFold = all, Metrics = spreads });
    }

    /// <summary>Leaves what the runs came to together, and shows it as the last line on standard output.</summary>
    public static void Finish<T>(RunSeries series, T summary)
    {
        AtomicFile.Write(series.Summary, stream => JsonSerializer.Serialize(stream, summary, Indented));
        Console.WriteLine(JsonSerializer.Serialize(summary, JsonForms.SnakeCase));
    }
}
