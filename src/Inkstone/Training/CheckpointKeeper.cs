using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Training;

/// <summary>Writes a run's checkpoints and throws the oldest away; <c>best/</c> and <c>last/</c> always stay.</summary>
internal sealed class CheckpointKeeper(Classifier classifier, RunFolder run, TrainingOptions options)
{
    private const string StepPrefix = "checkpoint-";

    private readonly Queue<string> kept = new();

    private string Prefix => options.SaveStrategy == IntervalStrategy.Epoch ? "checkpoint-epoch-" : StepPrefix;

    /// <summary>The checkpoints that are still there, oldest first.</summary>
    public IReadOnlyCollection<string> Kept => kept;

    /// <summary>Takes over what an earlier process of the run saved, up to a number of epochs or steps, after the strategy's unit.</summary>
    public void TakeOver(int epoch, long step)
    {
        var reached = options.SaveStrategy == IntervalStrategy.Epoch ? epoch : step;
        var saved = Directory.EnumerateDirectories(run.Folder, Prefix + "*")
            .Select(folder => (Folder: folder, Number: NumberOf(folder)))
            .Where(checkpoint => checkpoint.Number <= reached)
            .OrderBy(checkpoint => checkpoint.Number);
        foreach (var (folder, _) in saved)
        {
            kept.Enqueue(folder);
        }

        var ofCutEpoch = FolderOf(null, step);
        if (options.SaveStrategy == IntervalStrategy.Epoch && Directory.Exists(ofCutEpoch))
        {
            kept.Enqueue(ofCutEpoch);
        }

        DeleteOldest();
    }

    public void SaveBest() => classifier.Save(run.Best, Checksums.Write);

    /// <summary>Saves <c>last/</c>, from which a run that is interrupted goes on, be there other checkpoints or not.</summary>
    /// <param name="state">What it goes on with.</param>
    /// <param name="isOver">Whether training is over, so that nobody will need the optimizer's tensors.</param>
    public void SaveLast(TrainingState state, bool isOver) => Save(run.Last, state, withTensors: !isOver);

    /// <summary>Saves <c>checkpoint-epoch-N</c> or <c>checkpoint-N</c>, after the strategy's unit; older ones go when it is on the disk.</summary>
    /// <param name="epoch">Epochs done; null where <c>max_steps</c> cut the last one, which is then named by its step.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="state">What a run goes on with from here.</param>
    public void Save(int? epoch, long step, TrainingState state)
    {
        var folder = FolderOf(epoch, step);
        if (options.SaveOnlyModel)
        {
            classifier.Save(folder);
        }
        else
        {
            Save(folder, state, withTensors: true);
        }

        if (!kept.Contains(folder))
        {
            kept.Enqueue(folder);
        }

        DeleteOldest();
    }

    private void DeleteOldest()
    {
        while (kept.Count > options.SaveTotalLimit)
        {
            AtomicFolder.Delete(kept.Dequeue());
        }
    }

    private void Save(string folder, TrainingState state, bool withTensors) => classifier.Save(folder, temporary =>
    {
        state.Write(temporary, withTensors);
        Checksums.Write(temporary);
    });

    private string FolderOf(int? epoch, long step) => Path.Combine(run.Folder, options.SaveStrategy == IntervalStrategy.Epoch && epoch is { } whole
        ? Prefix + whole.ToString(CultureInfo.InvariantCulture)
        : StepPrefix + step.ToString(CultureInfo.InvariantCulture));

    private long NumberOf(string folder) =>
        long.TryParse(Path.GetFileName(folder)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
