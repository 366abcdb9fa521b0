using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Training;

/// <summary>An exponential moving average of the trained weights, in float32. Make it outside any <see cref="TensorScope"/>.</summary>
/// <remarks>
/// The decay of step t is min(decay, (1 + t) / (10 + t)), as in TensorFlow's ExponentialMovingAverage: a fine-tuning run is short, and
/// without it the first weights, an untrained head among them, would weigh on its end.
/// </remarks>
internal sealed class MovingAverage : IDisposable
{
    private readonly double decay;
    private readonly (string Name, Tensor Weight, Tensor Shadow)[] entries;

    public MovingAverage(IDocumentClassifier model, double decay)
    {
        this.decay = decay;
        using var noGrad = GradMode.NoGrad();
        entries =
        [
            .. model.NamedParameters().Where(parameter => parameter.Value.RequiresGrad).Select(parameter =>
            {
                using var scope = TensorScope.New();
                return (parameter.Name, parameter.Value, scope.Keep(parameter.Value.Detach().Clone()));
            }),
        ];
    }

    /// <summary>Null where the recipe wants none.</summary>
    public static MovingAverage? For(IDocumentClassifier model, TrainingOptions options) => options.EmaDecay is { } decay ? new(model, decay) : null;

    /// <summary>The averages, by parameter name. They stay this object's.</summary>
    internal IEnumerable<(string Name, Tensor Value)> Shadows => entries.Select(entry => (entry.Name, entry.Shadow));

    /// <summary>Remembers the averages, or takes over what was remembered.</summary>
    public void Keep(TrainingState state)
    {
        foreach (var (name, _, shadow) in entries)
        {
            state.Keep($"ema.{name}", shadow);
        }
    }

    /// <summary>Takes the weights after a step into account.</summary>
    /// <param name="step">1-based.</param>
    public void Update(long step)
    {
        var keeps = Math.Min(decay, (1.0 + step) / (10.0 + step));
        using var noGrad = GradMode.NoGrad();
        foreach (var (_, weight, shadow) in entries)
        {
            shadow.MulInPlace(keeps).AddInPlace(weight, 1 - keeps);
        }
    }

    /// <summary>Puts the averages in the weights' place until the result is disposed; then every weight has its own bits back.</summary>
    public IDisposable InPlaceOfWeights()
    {
        Exchange();
        return new Exchanged(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, shadow) in entries)
        {
            shadow.Dispose();
        }
    }

    private void Exchange()
    {
        using var noGrad = GradMode.NoGrad();
        foreach (var (_, weight, shadow) in entries)
        {
            using var scope = TensorScope.New();
            var kept = weight.Detach().Clone();
            weight.CopyInPlace(shadow);
            shadow.CopyInPlace(kept);
        }
    }

    private sealed class Exchanged(MovingAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
