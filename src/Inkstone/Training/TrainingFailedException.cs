using System.Globalization;
using Inkstone.Batching;

namespace Inkstone.Training;

/// <summary>Training cannot go on: the numbers have run away.</summary>
public sealed class TrainingFailedException(string message) : Exception(message)
{
    private const int MostRows = 32;

    internal static void ThrowIfNotFinite(StepResult result, long step, int[][] batches, EncodedRows rows, string? lastGood)
    {
        if (double.IsFinite(result.Loss) && double.IsFinite(result.GradNorm))
        {
            return;
        }

        int[] numbers = [.. batches.SelectMany(batch => batch)];
        var places = string.Join(", ", numbers.Take(MostRows).Select(rows.Source));
        var more = numbers.Length > MostRows ? string.Create(CultureInfo.InvariantCulture, $" and {numbers.Length - MostRows} more") : "";
        var found = string.Create(CultureInfo.InvariantCulture, $"Step {step} gave loss {result.Loss} and gradient norm {result.GradNorm}");
        throw new TrainingFailedException(
            $"{found}; the weights were not changed by it. Its rows: {places}{more}. "
            + (lastGood is null ? "No checkpoint had been saved. " : $"The last good checkpoint is {lastGood}. ")
            + "Usually optimizer.learning_rate is too high: try a third of it; or set training.bf16=false.");
    }
}
