using System.Globalization;
using Inkstone.Batching;
using Inkstone.Torch.Optim;

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

        var found = string.Create(CultureInfo.InvariantCulture, $"Step {step} gave loss {result.Loss} and gradient norm {result.GradNorm}");
        throw new TrainingFailedException(
            $"{found}; the weights were not changed by it. {Places(batches, rows, lastGood)} "
            + "Usually optimizer.learning_rate is too high: try a third of it; or set training.bf16=false.");
    }

    internal static TrainingFailedException ScaleExhausted(GradScaler scaler, long step, int[][] batches, EncodedRows rows, string? lastGood)
    {
        var found = string.Create(
            CultureInfo.InvariantCulture,
            $"Step {step} was skipped, the last of {scaler.SkippedSteps} whose gradients are infinite or undefined in float16, and the loss scale has shrunk to {scaler.Scale:0.0e-00}");
        return new($"{found}: it is the model's own numbers that overflow. The weights were not changed by these steps. {Places(batches, rows, lastGood)} "
            + "Set training.fp16=false and training.bf16=true, or train in float32 with both false; a lower optimizer.learning_rate may help too.");
    }

    private static string Places(int[][] batches, EncodedRows rows, string? lastGood)
    {
        int[] numbers = [.. batches.SelectMany(batch => batch)];
        var places = string.Join(", ", numbers.Take(MostRows).Select(rows.Source));
        var more = numbers.Length > MostRows ? string.Create(CultureInfo.InvariantCulture, $" and {numbers.Length - MostRows} more") : "";
        return $"Its rows: {places}{more}. " + (lastGood is null ? "No checkpoint had been saved." : $"The last good checkpoint is {lastGood}.");
    }
}
