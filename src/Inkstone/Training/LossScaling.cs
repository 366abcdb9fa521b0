using System.Globalization;
using Inkstone.Batching;
using Inkstone.Torch.Optim;
using Inkstone.Tracking;

namespace Inkstone.Training;

/// <summary>Tells what <c>training.fp16</c> does to a run's steps: the first one skipped, all of them at the end, and that skipping does not help.</summary>
internal sealed class LossScaling(GradScaler scaler, IRunObserver observer)
{
    /// <summary>Takes note of a step that was just skipped.</summary>
    /// <exception cref="TrainingFailedException">So many were skipped that the scale cannot be the reason.</exception>
    public void Skipped(long step, int[][] batches, EncodedRows rows, string? lastGood)
    {
        if (scaler.IsExhausted)
        {
            throw TrainingFailedException.ScaleExhausted(scaler, step, batches, rows, lastGood);
        }

        if (scaler.SkippedSteps == 1)
        {
            observer.Notice(string.Create(
                CultureInfo.InvariantCulture,
                $"Step {step} was skipped: its gradients overflow in float16 when the loss is multiplied by {scaler.Scale * 2}. That is how training.fp16 finds its scale, {scaler.Scale} from now on; later skips are counted, not told."));
        }
    }

    /// <summary>Sums up after the last step.</summary>
    public void Sum(long steps) => observer.Notice(string.Create(
        CultureInfo.InvariantCulture, $"training.fp16: {scaler.SkippedSteps} of {steps} steps were skipped; the loss scale is {scaler.Scale}."));
}
