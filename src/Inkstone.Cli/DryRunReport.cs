using System.Globalization;
using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Cli;

/// <summary>What a run would take, or each of several and all together: told to a person and, in the last line, to a script.</summary>
internal static class DryRunReport
{
    private const double Mebibyte = 1 << 20;

    /// <param name="recipe">What would be done.</param>
    /// <param name="folder">Where it would be done: refused here as there, and not made.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="seeds">A run would be made for each of these; empty for one run.</param>
    /// <param name="folds">A run would be made for each of so many folds; null for one run.</param>
    public static void Show(Recipe recipe, string folder, Terminal terminal, IReadOnlyList<int> seeds, int? folds)
    {
        TorchRuntime.LoadInBackground();
        FreedMemory.Keep();
        RunFolder.At(folder).Dispose();
        HubModel.Fetch(recipe.Model.NameOrPath, HubSelection.Model, terminal);
        using var interruption = new Interruption();
        var measured = seeds is [var first, ..] ? recipe with { Training = recipe.Training with { Seed = first } } : recipe;
        var result = DryRun.Run(measured, terminal.Note, TimeProvider.System, interruption.Token, folds is { } count ? new Fold(0, count) : null);

        var runs = folds ?? Math.Max(1, seeds.Count);
        var (seconds, disk) = (runs * result.ExpectedSeconds, (double)runs * result.DiskBytes);
        var each = runs == 1 ? "" : folds is null ? $"Each of {runs} runs, a seed each, would make " : $"Each of {runs} runs, a fold each, would make ";
        Say($"{each}{result.Steps} steps over {result.TrainRows} rows, and {result.Evaluations} {(result.Evaluations == 1 ? "evaluation" : "evaluations")} of {result.ValidationRows} rows{(runs == 1 ? ", would go to" : "; they would go to")} {folder}.");
        Say($"Expected time: {Time(result.ExpectedSeconds)}{ForAll(Time(seconds))} ({result.SecondsPerStep:0.000} s a step), reading and saving left out{(recipe.Training.EarlyStoppingPatience is null ? "" : ", if no run stops early")}.");
        Say($"Peak memory: {PeakMemory.Mebibytes:0} MiB.");
        Say($"Disk: {Quantity.Binary(result.DiskBytes)} in {result.Checkpoints} checkpoints{ForAll(Quantity.Binary(disk))}. Nothing was written.");
        Console.WriteLine(JsonSerializer.Serialize(
            new
            {
                result.Steps,
                result.TrainRows,
                result.ValidationRows,
                result.Evaluations,
                result.SecondsPerStep,
                result.ExpectedSeconds,
                PeakMemoryMib = PeakMemory.Mebibytes,
                result.Checkpoints,
                DiskMib = result.DiskBytes / Mebibyte,
                Runs = runs,
                TotalExpectedSeconds = seconds,
                TotalDiskMib = disk / Mebibyte,
            },
            JsonForms.SnakeCase));

        string ForAll(string total) => runs == 1 ? "" : FormattableString.Invariant($" a run, {total} for all {runs}");

        static string Time(double seconds) => Quantity.Time(Math.Round(seconds));

        void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
