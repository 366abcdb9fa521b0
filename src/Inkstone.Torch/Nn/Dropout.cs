using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>While training, zeroes a share of the elements and scales the others so that the mean stays.</summary>
/// <remarks>Srivastava et al. 2014. The mask comes from our counter-based generator, see <see cref="DropoutSource"/>.</remarks>
public sealed class Dropout(double rate, DropoutSource source)
{
    private readonly int site = source.NextSite();

    /// <summary>Any shape and dtype to the same shape and dtype.</summary>
    public Tensor Forward(Tensor input)
    {
        if (!source.Enabled || rate == 0)
        {
            return input;
        }

        var stream = new DropoutStream(source.Seed, (uint)source.MicroBatch, (uint)site);
        return input * DropoutMask.Create(input.Shape, input.DType, input.Device, rate, stream);
    }
}
