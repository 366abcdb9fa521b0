namespace Inkstone.Torch.Kernels;

/// <summary>Names one stream of random numbers: the same three numbers always give the same dropout mask.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Which forward pass of the run: a counter of micro-batches, say. A resumed run goes on counting.</param>
/// <param name="Site">Which dropout of the model, and on which rank: any number that no other place uses.</param>
public readonly record struct DropoutStream(ulong Seed, uint Step, uint Site)
{
    /// <summary>The row of the whole mask at which this part of it begins; 0 where all of it is meant.</summary>
    public long FirstRow { get; init; }

    /// <summary>Philox counter words 2 and 3.</summary>
    internal ulong Counter => ((ulong)Step << 32) | Site;
}
