using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>While training, zeroes a share of the elements and scales the others so that the mean stays.</summary>
/// <remarks>Srivastava et al. 2014. The mask comes from our counter-based generator, see <see cref="DropoutSource"/>.</remarks>
public sealed class Dropout(double rate, DropoutSource source)
{
    private readonly int site = source.NextSite();

    /// <summary>Share that is dropped now: 0 while predicting.</summary>
    internal double Rate => source.Enabled ? rate : 0;

    /// <summary>Which random numbers are drawn now.</summary>
    /// <param name="firstRow">The rows of the batch that come before those that go through now.</param>
    internal DropoutStream Stream(long firstRow = 0) => new(source.Seed, (uint)source.MicroBatch, (uint)site) { FirstRow = firstRow };

    /// <summary>Any shape and dtype to the same shape and dtype.</summary>
    /// <param name="input">The first dimension counts rows.</param>
    /// <param name="firstRow">The rows of the batch that come before these: a batch in parts has the masks that it has as a whole (on the CPU).</param>
    public Tensor Forward(Tensor input, long firstRow = 0) =>
        Rate == 0 ? input : input * DropoutMask.Create(input.Shape, input.DType, input.Device, rate, Stream(firstRow));
}
