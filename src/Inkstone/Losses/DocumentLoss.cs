using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Losses;

/// <summary>
/// How far the logits of documents are from their labels. The loss of some rows is <see cref="Sum"/> divided by
/// <see cref="WeightOf"/>: what torch calls their mean, and the same number whether they come in one batch or in several.
/// </summary>
/// <remarks>Its tensors live as long as it does; make it outside any <see cref="TensorScope"/>.</remarks>
public sealed class DocumentLoss : IDisposable
{
    /// <summary>Below what float32 can tell from a probability of 1: there, for γ below 1, the slope of 0^γ would be infinite.</summary>
    private const double LeastDoubt = 1e-8;

    private readonly LossOptions options;
    private readonly double[]? weights;
    private readonly Tensor? classWeights;       // [labels], the same numbers
    private readonly Tensor? logitAdjustment;    // [labels], tau · log prior, so that the classifier need not learn the prior

    /// <param name="options">Which loss, and its knobs.</param>
    /// <param name="labelCounts">Training rows of each class; 0 where a class is known by name alone.</param>
    /// <param name="device">Where the logits will be.</param>
    public DocumentLoss(LossOptions options, IReadOnlyList<int> labelCounts, Device device)
    {
        this.options = options;
        weights = Weights(options.ClassWeights, labelCounts);
        classWeights = weights is null ? null : OnDevice(weights, device);
        logitAdjustment = options.Name == LossName.LogitAdjusted ? OnDevice(LogPrior.Of(labelCounts, options.Tau), device) : null;
    }

    /// <summary>The sum of the rows' losses, each times the weight of its class.</summary>
    /// <param name="logits">Float32 <c>[documents, labels]</c>.</param>
    /// <param name="labels">Int64 <c>[documents]</c>.</param>
    /// <returns>A float32 scalar.</returns>
    public Tensor Sum(Tensor logits, Tensor labels) => options.Name switch
    {
        LossName.CrossEntropy => CrossEntropy(logits, labels, Reduction.Sum),
        LossName.LogitAdjusted => CrossEntropy(logits + logitAdjustment!, labels, Reduction.Sum),
        LossName.Focal => Focal(logits, labels).Sum(),
        _ => throw new InvalidOperationException($"No such loss: {options.Name}."),
    };

    /// <summary>What rows weigh together: their number, or with class weights the sum of their classes' weights.</summary>
    public double WeightOf(IEnumerable<int> labelIds) => labelIds.Sum(id => weights?[id] ?? 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        classWeights?.Dispose();
        logitAdjustment?.Dispose();
    }

    private Tensor CrossEntropy(Tensor logits, Tensor labels, Reduction reduction) =>
        logits.CrossEntropy(labels, classWeights, reduction, options.LabelSmoothing);

    /// <summary>(1 − p)^γ · CE of each row: rows that are already right weigh little (Lin et al. 2017, arXiv:1708.02002).</summary>
    private Tensor Focal(Tensor logits, Tensor labels)
    {
        var probability = logits.Softmax(-1).Gather(1, labels.Unsqueeze(1)).Squeeze(1);
        var doubt = (1.0 - probability).Clamp(min: LeastDoubt);
        return doubt.Pow(options.Gamma) * CrossEntropy(logits, labels, Reduction.None);
    }

    /// <summary>What a row of each class counts; null where all count the same.</summary>
    internal static double[]? Weights(ClassWeights setting, IReadOnlyList<int> labelCounts) => setting.Weighting switch
    {
        ClassWeighting.None => null,
        ClassWeighting.Balanced => InverseFrequency.Balanced(labelCounts),
        ClassWeighting.Effective => InverseFrequency.Effective(labelCounts),
        ClassWeighting.Given => [.. setting.Values!],
        _ => throw new InvalidOperationException($"No such weighting: {setting.Weighting}."),
    };

    private static Tensor OnDevice(double[] values, Device device)
    {
        using var scope = TensorScope.New();
        return scope.Keep(Tensor.From<float>(Array.ConvertAll(values, value => (float)value), values.Length).To(device));
    }
}
