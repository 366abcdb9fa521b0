using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>Keeps a model's weights in the dtype of its products, for inference only.</summary>
internal static class InferenceCast
{
    public static void Of(Module model)
    {
        foreach (var joined in model.Modules().OfType<JoinedLinear>())
        {
            joined.CastForInference();
        }

        foreach (var linear in model.Modules().OfType<Linear>())
        {
            linear.CastForInference();
        }
    }
}
