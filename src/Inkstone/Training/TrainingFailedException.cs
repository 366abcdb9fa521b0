using System.Globalization;
using Inkstone.Batching;

namespace Inkstone.Training;

/// <summary>Training cannot go on: the numbers have run away.</summary>
public sealed class TrainingFailedException(string message) : Exception(message)
{
    internal static void ThrowIfNotFinite(StepResult result, long step, int[][] batches, EncodedRows rows)
    {
        if (double.IsFinite(result.Loss) && double.IsFinite(result.GradNorm))
        {
            return;
        }

        var places = batches.SelectMany(batch => batch).Take(4).Select(rows.Source);
        var numbers = string.Create(CultureInfo.InvariantCulture, $"Step {step} gave loss {result.Loss} and gradient norm {result.GradNorm}");
        throw new TrainingFailedException(
            $"{numbers}; the weights were not changed by it. Its batch began with rows {string.Join(", ", places)}. "
            + "Usually optimizer.learning_rate is too high: try a third of it; or set training.bf16=false.");
    }
}
