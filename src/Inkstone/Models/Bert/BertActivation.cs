using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Bert;

/// <summary>The nonlinearity that <c>hidden_act</c> names, in the feed-forward part and in the head that guesses words.</summary>
internal static class BertActivation
{
    /// <summary>The activation of a dense layer's result.</summary>
    public static Tensor Apply(string hiddenAct, Linear dense, Tensor input) =>
        hiddenAct == "gelu" ? Activation.Gelu(dense.Product(input), dense.Bias) : Apply(hiddenAct, dense.Forward(input));

    private static Tensor Apply(string hiddenAct, Tensor input) => hiddenAct switch
    {
        "gelu" => input.Gelu(),
        "gelu_new" or "gelu_pytorch_tanh" => input.Gelu(tanh: true),
        "relu" => input.Relu(),
        _ => throw new NotSupportedException($"hidden_act {hiddenAct} is not one of gelu, gelu_new, gelu_pytorch_tanh, relu."),
    };
}
