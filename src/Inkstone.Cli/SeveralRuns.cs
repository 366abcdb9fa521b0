using System.Globalization;
using System.Text.Json;
using Inkstone.Cli.Verbs;
using Inkstone.Evaluating;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Cli;

/// <summary>The same recipe under several seeds, or over the folds of its rows: a run each, one after another, and their mean ± sd.</summary>
internal static class SeveralRuns
{
    private static readonly JsonSerializerOptions Indented = new(JsonForms.SnakeCase) { WriteIndented = true };

    /// <summary>Leaves <c>seed-N/</c> for each seed and <c>summary.json</c>, and shows a table; the last line on standard output is the summary.</summary>
    public static void OfSeeds(Recipe recipe, IReadOnlyList<int> seeds, string folder, Terminal terminal)
    {
        var evaluations = new List<Evaluation>();
        string[] names = [.. seeds.Select(seed => string.Create(CultureInfo.InvariantCulture, $"seed-{seed}"))];
        foreach (var (seed, name) in seeds.Zip(names))
        {
            terminal.Note($"{name}:");
            var result = TrainVerb.Train(recipe with { Training = recipe.Training with { Seed = seed } }, Path.Combine(folder, name), terminal);
            evaluations.Add(result.Evaluation ?? throw new WrongCallException(
                "several seeds are compared on test or validation rows, and this recipe has neither; give --validation-file or --test-file, or set data.validation_split."));
        }

        var spreads = Spread(evaluations);
        SpreadTable.Show(terminal.Results, evaluations[0].Split, names, spreads);
        Finish(folder, new { Run = folder, Seeds = seeds, evaluations[0].Split, Metrics = spreads });
    }

    /// <summary>
    /// Leaves <c>fold-N/</c> for each fold, <c>out-of-fold/</c> (an evaluation in which the run that did not learn a training row
    /// says what it is, each once), and <c>summary.json</c>.
    /// </summary>
    public static void OfFolds(Recipe recipe, int folds, string folder, Terminal terminal)
    {
        var evaluations = new List<Evaluation>();
        string[] names = [.. Enumerable.Range(1, folds).Select(number => string.Create(CultureInfo.InvariantCulture, $"fold-{number}"))];
        foreach (var (index, name) in names.Index())
        {
            evaluations.Add(TrainVerb.Train(recipe, Path.Combine(folder, name), terminal, fold: new Fold(index, folds)).Evaluation!);
        }

        JudgedRow[] rows = [.. evaluations.SelectMany(evaluation => evaluation.Rows).OrderBy(row => row.Row.File, StringComparer.Ordinal).ThenBy(row => row.Row.Line)];
        var outOfFold = Evaluation.Of("out-of-fold", rows, evaluations[0].Metrics.Labels, Evaluation.SeenOf(rows));
        outOfFold.Write(Path.Combine(folder, "out-of-fold"));
        MetricsTable.Show(terminal.Results, outOfFold.Metrics, outOfFold.Split);
        var spreads = Spread(evaluations);
        SpreadTable.Show(terminal.Results, "fold", names, spreads);
        var all = MetricName.All.ToDictionary(name => name, outOfFold.Metrics.Named);
        Finish(folder, new { Run = folder, Folds = folds, outOfFold.Split, outOfFold.Metrics.Samples, OutOfFold = all, Metrics = spreads });
    }

    private static IReadOnlyDictionary<string, MetricSpread> Spread(List<Evaluation> evaluations) =>
        MetricSpread.Of([.. evaluations.Select(evaluation => evaluation.Metrics)]);

    private static void Finish<T>(string folder, T summary)
    {
        AtomicFile.Write(Path.Combine(folder, "summary.json"), stream => JsonSerializer.Serialize(stream, summary, Indented));
        Console.WriteLine(JsonSerializer.Serialize(summary, JsonForms.SnakeCase));
    }
}
