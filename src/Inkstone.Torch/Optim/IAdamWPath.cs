namespace Inkstone.Torch.Optim;

/// <summary>One parameter's part in one step. The state's step is already this one.</summary>
internal readonly record struct AdamWUpdate(Tensor Parameter, Tensor Gradient, AdamWState State, ParameterGroup Group);

/// <summary>Coefficients that hold for all groups.</summary>
internal readonly record struct AdamWCoefficients(double Beta1, double Beta2, double Epsilon);

/// <summary>A way to compute AdamW's steps. Both ways give the same numbers up to rounding.</summary>
internal interface IAdamWPath
{
    /// <summary>The 2-norm over all gradients together.</summary>
    double GradientNorm(IReadOnlyList<Tensor> gradients);

    /// <summary>One step with gradients times <paramref name="gradientScale"/>. The gradients may be overwritten.</summary>
    void Step(IReadOnlyList<AdamWUpdate> updates, AdamWCoefficients coefficients, double gradientScale);
}
