using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>Writes a run's checkpoints and throws the oldest away; <c>best/</c> and <c>last/</c> always stay.</summary>
internal sealed class CheckpointKeeper(Classifier classifier, RunFolder run, TrainingOptions options)
{
    private readonly Queue<string> kept = new();

    /// <summary>The checkpoints that are still there, oldest first.</summary>
    public IReadOnlyCollection<string> Kept => kept;

    public void SaveBest() => classifier.Save(run.Best);

    public void SaveLast() => classifier.Save(run.Last);

    /// <summary>Saves <c>checkpoint-epoch-N</c> or <c>checkpoint-N</c>, after the strategy's unit.</summary>
    public void Save(IntervalStrategy strategy, int epoch, long step)
    {
        var name = strategy == IntervalStrategy.Epoch
            ? $"checkpoint-epoch-{epoch.ToString(CultureInfo.InvariantCulture)}"
            : $"checkpoint-{step.ToString(CultureInfo.InvariantCulture)}";
        var folder = Path.Combine(run.Folder, name);
        classifier.Save(folder);
        kept.Enqueue(folder);
        while (kept.Count > options.SaveTotalLimit)
        {
            Directory.Delete(kept.Dequeue(), recursive: true);
        }
    }
}
