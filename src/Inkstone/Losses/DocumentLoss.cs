using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Losses;

/// <summary>One number for a batch of documents: how far their logits are from their labels.</summary>
/// <remarks>Its tensors live as long as it does; make it outside any <see cref="TensorScope"/>.</remarks>
public sealed class DocumentLoss : IDisposable
{
    private readonly LossOptions options;
    private readonly Tensor? classWeights;       // [labels]
    private readonly Tensor? logitAdjustment;    // [labels], tau · log prior

    /// <param name="options">Which loss, and its knobs.</param>
    /// <param name="labelCounts">Training rows of each class.</param>
    /// <param name="device">Where the logits will be.</param>
    public DocumentLoss(LossOptions options, IReadOnlyList<int> labelCounts, Device device)
    {
        this.options = options;
        classWeights = Weights(options.ClassWeights, labelCounts) is { } weights ? OnDevice(weights, device) : null;
        logitAdjustment = options.Name == LossName.LogitAdjusted ? OnDevice(LogPriors(labelCounts, options.Tau), device) : null;
    }

    /// <summary>The mean loss of a batch; with class weights, divided by the sum of the rows' weights as torch does.</summary>
    /// <param name="logits">Float32 <c>[documents, labels]</c>.</param>
    /// <param name="labels">Int64 <c>[documents]</c>.</param>
    /// <returns>A float32 scalar.</returns>
    public Tensor Forward(Tensor logits, Tensor labels) => options.Name switch
    {
        LossName.CrossEntropy => CrossEntropy(logits, labels, Reduction.Mean),
        LossName.LogitAdjusted => CrossEntropy(logits + logitAdjustment!, labels, Reduction.Mean),
        LossName.Focal => Focal(logits, labels),
        _ => throw new InvalidOperationException($"No such loss: {options.Name}."),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        classWeights?.Dispose();
        logitAdjustment?.Dispose();
    }

    private Tensor CrossEntropy(Tensor logits, Tensor labels, Reduction reduction) =>
        logits.CrossEntropy(labels, classWeights, reduction, options.LabelSmoothing);

    /// <summary>(1 − p)^γ · CE: rows that are already right weigh little (Lin et al. 2017, arXiv:1708.02002).</summary>
    private Tensor Focal(Tensor logits, Tensor labels)
    {
        var probability = logits.Softmax(-1).Gather(1, labels.Unsqueeze(1)).Squeeze(1);
        var rows = (1.0 - probability).Pow(options.Gamma) * CrossEntropy(logits, labels, Reduction.None);
        return classWeights is null ? rows.Mean() : rows.Sum() / classWeights.IndexSelect(0, labels).Sum();
    }

    /// <summary>τ · log π, added while training so that the classifier need not learn the prior (Menon et al. 2021, arXiv:2007.07314).</summary>
    private static double[] LogPriors(IReadOnlyList<int> counts, double tau)
    {
        double rows = counts.Sum();
        return [.. counts.Select(count => tau * Math.Log(count / rows))];
    }

    private static double[]? Weights(ClassWeights setting, IReadOnlyList<int> labelCounts) => setting.Weighting switch
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
