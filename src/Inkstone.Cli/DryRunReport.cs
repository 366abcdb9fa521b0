using System.Globalization;
using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Cli;

/// <summary>What a run would take, told to a person and, in the last line, to a script.</summary>
internal static class DryRunReport
{
    private const double Mebibyte = 1 << 20;

    /// <param name="recipe">What would be done.</param>
    /// <param name="folder">Where it would be done: refused here as there, and not made.</param>
    /// <param name="terminal">Where it is told.</param>
    public static void Show(Recipe recipe, string folder, Terminal terminal)
    {
        TorchRuntime.LoadInBackground();
        TorchRuntime.KeepFreedMemory();
        RunFolder.At(folder);
        HubModel.Fetch(recipe.Model.NameOrPath, HubSelection.Model, terminal);
        using var interruption = new Interruption();
        var result = DryRun.Run(recipe, terminal.Note, TimeProvider.System, interruption.Token);

        Say($"{result.Steps} steps over {result.TrainRows} rows, and {result.Evaluations} evaluations of {result.ValidationRows} rows, would go to {folder}.");
        Say($"Expected time: {TimeSpan.FromSeconds(Math.Round(result.ExpectedSeconds)):g} ({result.SecondsPerStep:0.000} s a step), reading and saving left out.");
        Say($"Peak memory: {PeakMemory.Mebibytes:0} MiB.");
        Say($"Disk: {result.DiskBytes / Mebibyte:0} MiB in {result.Checkpoints} checkpoints. Nothing was written.");
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
            },
            JsonForms.SnakeCase));

        void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
