using Inkstone.Torch.Nn;
using System.Globalization;

namespace Inkstone.Torch.Optim;

/// <summary>Adam with decoupled weight decay, gradient clipping included.</summary>
/// <remarks>
/// Loshchilov and Hutter 2019 (arXiv:1711.05101), computed as <c>torch.optim.AdamW</c> and
/// <c>torch.nn.utils.clip_grad_norm_</c> do. Float32 parameters on the CPU are stepped by one fused pass over their
/// memory, on <see cref="Kernels.WorkerPool.Shared"/>; results do not depend on its thread count. Everything else goes
/// through libtorch's foreach operators. Not safe for use from several threads at once.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private readonly Dictionary<string, AdamWState> state = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> parameters = new(StringComparer.Ordinal);
    private readonly AdamWCoefficients coefficients;
    private readonly IAdamWPath path;

    /// <summary>An optimizer without state.</summary>
    /// <param name="groups">The parameters. They stay the caller's and must outlive the optimizer.</param>
    /// <param name="beta1">Decay of the mean of gradients, 0 to below 1.</param>
    /// <param name="beta2">Decay of the mean of squared gradients, 0 to below 1.</param>
    /// <param name="epsilon">Added to the root of the corrected mean of squares, 0 or more.</param>
    /// <exception cref="ArgumentException">A number is out of range, a parameter name or tensor stands in the groups twice, or there is none.</exception>
    public AdamW(IEnumerable<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : this(groups, beta1, beta2, epsilon, path: null)
    {
    }

    internal AdamW(IEnumerable<ParameterGroup> groups, double beta1, double beta2, double epsilon, IAdamWPath? path)
    {
        Require(beta1 is >= 0 and < 1, nameof(beta1), "at least 0 and below 1", beta1);
        Require(beta2 is >= 0 and < 1, nameof(beta2), "at least 0 and below 1", beta2);
        Require(epsilon >= 0 && double.IsFinite(epsilon), nameof(epsilon), "0 or more", epsilon);
        Groups = [.. groups];
        coefficients = new AdamWCoefficients(beta1, beta2, epsilon);

        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (name, tensor) in Groups.SelectMany(group => group.Parameters))
        {
            if (!parameters.TryAdd(name, tensor) || !seen.Add(tensor))
            {
                throw new ArgumentException($"Parameter {name} stands in the optimizer's groups twice; every parameter belongs to one group.", nameof(groups));
            }
        }

        if (parameters.Count == 0)
        {
            throw new ArgumentException("The optimizer's groups hold no parameter.", nameof(groups));
        }

        this.path = path ?? (parameters.Values.All(FusedAdamW.Takes) ? new FusedAdamW() : new ForeachAdamW());
    }

    /// <summary>The groups, in the order given.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>
    /// What is remembered of each parameter that has had a gradient, by parameter name; for checkpoints. The tensors are
    /// the optimizer's own: they change with each step and go with it.
    /// </summary>
    public IReadOnlyDictionary<string, AdamWState> State => state;

    /// <summary>Sets every group's rate to its base rate times <paramref name="factor"/>.</summary>
    public void ScaleLearningRates(double factor)
    {
        foreach (var group in Groups)
        {
            group.LearningRate = group.BaseLearningRate * factor;
        }
    }

    /// <summary>Clips all gradients together to a 2-norm, and takes one step.</summary>
    /// <param name="maxGradNorm">Gradients are multiplied by <c>min(1, maxGradNorm / (norm + 1e-6))</c>; 0 or infinity: they are not.</param>
    /// <param name="unscale">What takes a loss's scale out of the gradients again (<see cref="GradScaler"/>): a factor on all of them, folded into that of clipping.</param>
    /// <returns>
    /// The norm before clipping, times <paramref name="unscale"/>; 0 where no parameter has a gradient. If it is NaN or infinite the step was not taken:
    /// parameters and state are as before, and the caller decides whether to go on.
    /// </returns>
    /// <remarks>
    /// A parameter without a gradient is left alone. A zero gradient is a gradient: weights decay and the state moves on.
    /// Gradients may be overwritten; call <see cref="ZeroGrad"/> before the next backward pass.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The norm is negative or NaN, or the factor is not above 0.</exception>
    public double ClipAndStep(double maxGradNorm, double unscale = 1)
    {
        Require(maxGradNorm >= 0, nameof(maxGradNorm), "0 or more", maxGradNorm);
        Require(unscale > 0 && double.IsFinite(unscale), nameof(unscale), "above 0", unscale);
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var present = (
            from @group in Groups
            from parameter in @group.Parameters
            let gradient = parameter.Value.Grad
            where gradient is not null
            select (parameter, gradient, @group)).ToList();
        if (present.Count == 0)
        {
            return 0;
        }

        var norm = path.GradientNorm([.. present.Select(one => one.gradient)]) * unscale;
        if (double.IsFinite(norm))
        {
            var clip = maxGradNorm > 0 ? Math.Min(1, maxGradNorm / (norm + 1e-6)) : 1;
            path.Step([.. present.Select(one => NextUpdate(one.parameter, one.gradient, one.group))], coefficients, clip * unscale);
        }

        return norm;
    }

    /// <summary>Frees all gradients, so that the next backward pass starts from none.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in parameters.Values)
        {
            parameter.Grad = null;
        }
    }

    /// <summary>Takes over a checkpoint's state in place of its own. Tensors are copied; parameters that it does not name start anew.</summary>
    /// <exception cref="ArgumentException">A name is unknown, a shape differs, or a step is below 1. Nothing has changed then.</exception>
    public void LoadState(IReadOnlyDictionary<string, AdamWState> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        foreach (var (name, entry) in saved)
        {
            ThrowIfUnfit(name, entry);
        }

        using var noGrad = GradMode.NoGrad();
        var loaded = saved.ToDictionary(pair => pair.Key, pair => NewState(parameters[pair.Key], pair.Value), StringComparer.Ordinal);
        FreeState();
        foreach (var (name, entry) in loaded)
        {
            state.Add(name, entry);
        }
    }

    /// <summary>Frees the state; parameters and their gradients stay.</summary>
    public void Dispose() => FreeState();

    private AdamWUpdate NextUpdate(NamedParameter parameter, Tensor gradient, ParameterGroup group)
    {
        if (!state.TryGetValue(parameter.Name, out var own))
        {
            state.Add(parameter.Name, own = NewState(parameter.Value));
        }

        own.Step++;
        return new AdamWUpdate(parameter.Value, gradient, own, group);
    }

    // State outlives the step's scope: it belongs to the optimizer alone.
    private static AdamWState NewState(Tensor parameter, AdamWState? from = null)
    {
        var (expAvg, expAvgSq) = (Tensor.ZerosLike(parameter), Tensor.ZerosLike(parameter));
        TensorScope.Release(expAvg);
        TensorScope.Release(expAvgSq);
        if (from is not null)
        {
            expAvg.CopyInPlace(from.ExpAvg);
            expAvgSq.CopyInPlace(from.ExpAvgSq);
        }

        return new AdamWState(from?.Step ?? 0, expAvg, expAvgSq);
    }

    private void FreeState()
    {
        foreach (var entry in state.Values)
        {
            entry.ExpAvg.Dispose();
            entry.ExpAvgSq.Dispose();
        }

        state.Clear();
    }

    private void ThrowIfUnfit(string name, AdamWState saved)
    {
        if (!parameters.TryGetValue(name, out var parameter))
        {
            throw new ArgumentException($"The optimizer state names {name}, which is no parameter of this model; was it saved by another one?", nameof(saved));
        }

        foreach (var (key, tensor) in new[] { ("exp_avg", saved.ExpAvg), ("exp_avg_sq", saved.ExpAvgSq) })
        {
            if (!tensor.Shape.AsSpan().SequenceEqual(parameter.Shape))
            {
                throw new ArgumentException(
                    $"The optimizer state's {key} of {name} is [{string.Join(", ", tensor.Shape)}], but the parameter is [{string.Join(", ", parameter.Shape)}].", nameof(saved));
            }
        }

        Require(saved.Step >= 1, nameof(saved), $"1 or more (step of {name})", saved.Step);
    }

    private static void Require(bool holds, string name, string rule, double value)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be {rule}, but is {value}."));
        }
    }
}
