namespace Inkstone.Torch.Optim;

/// <summary>libtorch's operators over lists of tensors: any device and floating-point type, in the order of <c>torch.optim.AdamW</c>.</summary>
internal sealed class ForeachAdamW : IAdamWPath
{
    private static readonly Operator Norm = new("aten::_foreach_norm", "Scalar");
    private static readonly Operator MulInPlace = new("aten::_foreach_mul_", "Scalar");
    private static readonly Operator DivInPlace = new("aten::_foreach_div_", "Scalar");
    private static readonly Operator AddScalarInPlace = new("aten::_foreach_add_", "Scalar");
    private static readonly Operator AddInPlace = new("aten::_foreach_add_", "List");
    private static readonly Operator AddCMulInPlace = new("aten::_foreach_addcmul_", "Scalar");
    private static readonly Operator AddCDivInPlace = new("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Operator Sqrt = new("aten::_foreach_sqrt");

    public double GradientNorm(IReadOnlyList<Tensor> gradients)
    {
        using var scope = TensorScope.New();
        var wide = gradients.Select(gradient => gradient.DType.Size() < sizeof(float) ? gradient.To(DType.Float32) : gradient).ToArray();
        var norms = Norm.CallAll(wide, 2.0)[0].ToTensors();
        return Tensor.Stack([.. norms.Select(norm => norm!.To(DType.Float32))]).Norm().ToDouble();
    }

    public void Step(IReadOnlyList<AdamWUpdate> updates, AdamWCoefficients coefficients, double gradientScale)
    {
        // One call covers parameters with equal numbers: a group, as long as its parameters have taken equally many steps.
        foreach (var batch in updates.GroupBy(update => (update.Group, update.State.Step)))
        {
            using var scope = TensorScope.New();
            Step([.. batch], batch.Key.Group, batch.Key.Step, coefficients, gradientScale);
        }
    }

    private static void Step(AdamWUpdate[] updates, ParameterGroup group, long step, AdamWCoefficients coefficients, double gradientScale)
    {
        var (beta1, beta2, epsilon) = coefficients;
        var parameters = updates.Select(update => update.Parameter).ToArray();
        var expAvgs = updates.Select(update => update.State.ExpAvg).ToArray();
        var expAvgSqs = updates.Select(update => update.State.ExpAvgSq).ToArray();
        var gradients = Gradients(updates);

        MulInPlace.Run(gradients, gradientScale);
        MulInPlace.Run(parameters, 1 - (group.LearningRate * group.WeightDecay));
        MulInPlace.Run(expAvgs, beta1);
        AddInPlace.Run(expAvgs, gradients, 1 - beta1);
        MulInPlace.Run(expAvgSqs, beta2);
        AddCMulInPlace.Run(expAvgSqs, gradients, gradients, 1 - beta2);

        var roots = Sqrt.CallAll(expAvgSqs)[0].ToTensors();
        DivInPlace.Run(roots, Math.Sqrt(1 - Math.Pow(beta2, step)));
        AddScalarInPlace.Run(roots, epsilon);
        AddCDivInPlace.Run(parameters, expAvgs, roots, -group.LearningRate / (1 - Math.Pow(beta1, step)));
    }

    private static Tensor[] Gradients(IEnumerable<AdamWUpdate> updates) =>
        [.. updates.Select(update => update.Gradient.DType == update.Parameter.DType ? update.Gradient : update.Gradient.To(update.Parameter.DType))];
}
