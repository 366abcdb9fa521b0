using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Pretraining;

/// <summary>BERT's own new weights: normal with the config's deviation, LayerNorms plain, biases 0 (Devlin et al. 2019).</summary>
internal static class PlainStart
{
    public static void Fill(BertForMaskedLM model, BertConfig config, long seed)
    {
        using var noGrad = GradMode.NoGrad();
        using var generator = new Generator(seed);
        foreach (var parameter in model.NamedParameters())
        {
            using var scope = TensorScope.New();
            parameter.Value.CopyInPlace(Draw(parameter, config.InitializerRange, generator));
        }
    }

    /// <summary>A parameter's new values, on the processor, so that every device starts from the same ones.</summary>
    public static Tensor Draw(NamedParameter parameter, double range, Generator generator)
    {
        var values = Tensor.Zeros(parameter.Value.Shape);
        if (parameter.Name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
        {
            values.FillInPlace(1);
        }
        else if (!parameter.Name.EndsWith("bias", StringComparison.Ordinal))
        {
            values.NormalInPlace(0, range, generator);
        }

        return values;
    }
}
