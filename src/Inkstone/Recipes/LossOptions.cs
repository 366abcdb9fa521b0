namespace Inkstone.Recipes;

/// <summary>The <c>loss</c> section: what is minimised.</summary>
public sealed record LossOptions
{
    /// <summary>Which loss. Default cross_entropy.</summary>
    public LossName Name { get; init; } = LossName.CrossEntropy;

    /// <summary>How much a row of each class counts; the weighted mean divides by the sum of the rows' weights, as torch's does. Default none.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Exponent of the focal loss, at least 0 (which is cross-entropy). Default 2 (Lin et al. 2017, arXiv:1708.02002).</summary>
    public double Gamma { get; init; } = 2.0;

    /// <summary>Strength of the logit adjustment, at least 0. Default 1 (Menon et al. 2021, arXiv:2007.07314).</summary>
    public double Tau { get; init; } = 1.0;

    /// <summary>Share of the target spread evenly over all classes, 0 to below 1. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Takes <c>tau · log prior</c> off the logits wherever the classifier is judged or used, priors from the training rows; the checkpoint
    /// remembers it. Training is left as it is. Default false (Menon et al. 2021, section 4.1, arXiv:2007.07314).
    /// </summary>
    public bool AdjustAtInference { get; init; }

    internal void Check(Problems problems)
    {
        var weights = ClassWeights.Values;
        problems.Require(
            weights is null or { Count: >= 2 },
            "loss.class_weights", "one weight for each label", weights,
            "list them in the order of the label ids, or use balanced");
        problems.Require(
            weights?.All(weight => weight >= 0 && double.IsFinite(weight)) ?? true,
            "loss.class_weights", "finite numbers of at least 0", weights,
            "a weight of 1 leaves a class as it is");
        problems.Require(
            weights is null || weights.Any(weight => weight > 0),
            "loss.class_weights", "above 0 for at least one label", weights,
            "a weight of 1 leaves a class as it is");
        problems.Require(Gamma >= 0 && double.IsFinite(Gamma), "loss.gamma", "at least 0", Gamma, "1 to 2 is usual, 0 is cross-entropy");
        problems.Require(Tau >= 0 && double.IsFinite(Tau), "loss.tau", "at least 0", Tau, "1 is usual, 0 adjusts nothing");
        problems.Require(
            !AdjustAtInference || Name != LossName.LogitAdjusted,
            "loss.adjust_at_inference", "false where loss.name is logit_adjusted", AdjustAtInference,
            "both would count the prior twice: adjust in training or at inference", "loss.name");
        problems.Require(LabelSmoothing is >= 0 and < 1, "loss.label_smoothing", "at least 0 and below 1", LabelSmoothing, "0.1 is usual, 0 switches it off");
    }
}

/// <summary>Which loss.</summary>
public enum LossName
{
    /// <summary>−log p of the true class.</summary>
    CrossEntropy,

    /// <summary><c>(1 − p)^gamma</c> times cross-entropy, averaged (Lin et al. 2017, arXiv:1708.02002).</summary>
    Focal,

    /// <summary>Cross-entropy of <c>logits + tau · log prior</c> while training, priors from the training rows (Menon et al. 2021, arXiv:2007.07314).</summary>
    LogitAdjusted,
}

/// <summary>Where class weights come from.</summary>
public enum ClassWeighting
{
    /// <summary>Every row counts the same.</summary>
    None,

    /// <summary><c>n / (classes × count)</c>, as in scikit-learn.</summary>
    Balanced,

    /// <summary>By the effective number of rows (Cui et al. 2019, arXiv:1901.05555).</summary>
    Effective,

    /// <summary>The recipe's own numbers.</summary>
    Given,
}

/// <summary>The value of <c>loss.class_weights</c>: <c>none</c>, <c>balanced</c>, <c>effective</c> or a list of numbers.</summary>
public sealed record ClassWeights
{
    private ClassWeights(ClassWeighting weighting, ValueList<double>? values)
    {
        Weighting = weighting;
        Values = values;
    }

    /// <summary>Every row counts the same.</summary>
    public static ClassWeights None { get; } = new(ClassWeighting.None, null);

    /// <summary><c>n / (classes × count)</c>.</summary>
    public static ClassWeights Balanced { get; } = new(ClassWeighting.Balanced, null);

    /// <summary>By the effective number of rows.</summary>
    public static ClassWeights Effective { get; } = new(ClassWeighting.Effective, null);

    /// <summary>Where the weights come from.</summary>
    public ClassWeighting Weighting { get; }

    /// <summary>The weights in the order of the label ids; null unless <see cref="Weighting"/> is <see cref="ClassWeighting.Given"/>.</summary>
    public ValueList<double>? Values { get; }

    /// <summary>The recipe's own numbers, in the order of the label ids.</summary>
    public static ClassWeights Given(IEnumerable<double> weights) => new(ClassWeighting.Given, new(weights));

    /// <summary>For when the labels are known.</summary>
    /// <exception cref="RecipeException">The list has not one weight for each label.</exception>
    public void ThrowUnlessFor(IReadOnlyList<string> labelNames)
    {
        if (Values is not null && Values.Count != labelNames.Count)
        {
            throw new RecipeException([new(
                null,
                "loss.class_weights",
                $"loss.class_weights must be one weight for each of the {labelNames.Count} labels ({string.Join(", ", labelNames)}), but has {Values.Count}; list them in this order, or use balanced.")]);
        }
    }
}
