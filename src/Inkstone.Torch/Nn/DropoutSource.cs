namespace Inkstone.Torch.Nn;

/// <summary>
/// Where all dropout of one model takes its chance from. A mask is a function of the seed, the micro-batch, the place in
/// the model and the position in the tensor: never of thread count or of what ran before.
/// </summary>
public sealed class DropoutSource
{
    private int sites;

    /// <summary>Descends from the recipe's seed.</summary>
    public ulong Seed { get; set; }

    /// <summary>Counts micro-batches; the trainer sets it before each forward pass.</summary>
    public long MicroBatch { get; set; }

    /// <summary>On while training, off while predicting.</summary>
    public bool Enabled { get; set; }

    /// <summary>A number for the next place in the model, in the order of construction.</summary>
    internal int NextSite() => sites++;
}
