using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Cli.Verbs;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Training;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Truncate or chunk, in one call: the same recipe in the usual ways to treat long texts, a run each, and one table.</summary>
internal static class LongTextComparison
{
    /// <summary>Plans a run for each way.</summary>
    /// <exception cref="RecipeException">One of the ways does not go with the recipe.</exception>
    /// <exception cref="WrongCallException">There is nothing to compare them on.</exception>
    public static RunSeries Begin(Recipe recipe, string folder)
    {
        var variants = LongTextVariants.Of(recipe);
        foreach (var (_, variant) in variants)
        {
            variant.ThrowIfInvalid();   // before the first of them trains
        }

        SeveralRuns.ThrowUnlessComparable(recipe, "variants");
        return RunSeries.OfVariants(folder, recipe, [.. variants.Select(variant => variant.Name)]);
    }

    /// <summary>
    /// Makes the runs that are not made yet. Leaves a run's folder for each variant and <c>summary.json</c>, and shows a table; the last line
    /// on standard output is the summary.
    /// </summary>
    public static void Run(Recipe recipe, RunSeries series, Terminal terminal, CancellationToken stop)
    {
        var compared = new List<Compared>();
        foreach (var (name, variant) in LongTextVariants.Of(recipe))
        {
            stop.ThrowIfCancellationRequested();
            compared.Add(Compared.Of(name, Result(name, variant)));
        }

        var chunk = compared.Single(one => one.Name == LongTextVariants.Chunk);
        var lines = compared.ConvertAll(one => new Line(one, chunk));
        Show(terminal.Results, chunk.Evaluation, lines);
        var summary = new
        {
            Run = series.Folder,
            recipe.Training.Seed,
            chunk.Evaluation.Split,
            chunk.Evaluation.Metrics.Samples,
            Variants = lines.Select(line => new
            {
                line.Compared.Name,
                line.Accuracy,
                F1Macro = line.MacroF1,
                line.Compared.Evaluation.Metrics.Loss,
                ToChunk = line.ToChunk is { } difference ? new { difference.Accuracy, F1Macro = difference.MacroF1 } : null,
                line.Compared.TokensPerText,
                line.Compared.Seconds,
            }),
        };
        SeveralRuns.Finish(series, summary);

        (Evaluation Evaluation, TrainingResult? Training) Result(string name, Recipe variant)
        {
            var folder = series.FolderOf(name);
            if (RunFolder.ProgressOf(folder) == RunProgress.Finished)
            {
                terminal.Note($"{name}: is finished already, and judged once more.");
                using var progress = new TrainingProgress(terminal, TimeProvider.System);
                return (FineTuneRun.JudgeAgain(variant, folder, progress, TimeProvider.System, stop)!, RunFolder.ResultOf<TrainingResult>(folder));
            }

            terminal.Note($"{name}:");
            var made = TrainVerb.Train(variant, folder, terminal, series);
            return (made.Evaluation!, made.Training);
        }
    }

    private static void Show(IAnsiConsole console, Evaluation evaluation, List<Line> lines)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{evaluation.Split} ({evaluation.Metrics.Samples} texts)"))));
        foreach (var name in new[] { "accuracy", MetricName.F1Macro, "chunk − this, accuracy", $"chunk − this, {MetricName.F1Macro}", MetricName.Loss, "tokens/text", "seconds" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var line in lines)
        {
            table.AddRow(
                line.Compared.Name, Number(line.Accuracy), Number(line.MacroF1), Number(line.ToChunk?.Accuracy, signed: true), Number(line.ToChunk?.MacroF1, signed: true),
                line.Compared.Evaluation.Metrics.Loss?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–",
                line.Compared.TokensPerText?.ToString("0", CultureInfo.InvariantCulture) ?? "–", line.Compared.Seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–");
        }

        console.Write(table);
        console.WriteLine("± is one standard error; that of a difference is paired over the texts. Below two of them, a difference may well be chance.");
    }

    private static string Number(Estimate? estimate, bool signed = false) => estimate is not { } known ? "–" : string.Create(
        CultureInfo.InvariantCulture,
        $"{known.Value.ToString(signed ? "+0.000;-0.000;0.000" : "0.000", CultureInfo.InvariantCulture)} ± {known.StandardError?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–"}");

    private sealed record Compared(string Name, Evaluation Evaluation, double? Seconds, double? TokensPerText)
    {
        public static Compared Of(string name, (Evaluation Evaluation, TrainingResult? Training) result) => new(
            name, result.Evaluation, result.Training?.Seconds,
            result.Training is { SamplesPerSecond: > 0 } training ? Math.Round(training.TokensPerSecond / training.SamplesPerSecond, 6) : null);   // whatever the seconds were
    }

    /// <summary>A variant's numbers.</summary>
    private sealed class Line
    {
        public Line(Compared compared, Compared chunk)
        {
            Compared = compared;
            var classes = compared.Evaluation.Metrics.Labels.Count;
            (Accuracy, MacroF1) = PairedDifference.Of(compared.Evaluation.Rows, classes);
            ToChunk = ReferenceEquals(compared, chunk) ? null : PairedDifference.Between(compared.Evaluation.Rows, chunk.Evaluation.Rows, classes);
        }

        public Compared Compared { get; }

        public Estimate Accuracy { get; }

        public Estimate MacroF1 { get; }

        /// <summary>What chunks gain over this; null for chunks themselves.</summary>
        public (Estimate Accuracy, Estimate MacroF1)? ToChunk { get; }
    }
}
