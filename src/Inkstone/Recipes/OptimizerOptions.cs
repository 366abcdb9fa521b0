namespace Inkstone.Recipes;

/// <summary>The <c>optimizer</c> section: how weights move.</summary>
public sealed record OptimizerOptions
{
    /// <summary>Which optimizer. Default adamw.</summary>
    public OptimizerName Name { get; init; } = OptimizerName.Adamw;

    /// <summary>Peak learning rate, reached when warm-up ends. Default 2e-5 (Devlin et al. 2019, A.3).</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>Decoupled weight decay, 0 to below 1; none on biases and LayerNorm. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the mean gradient, 0 to below 1. Default 0.9.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean squared gradient, 0 to below 1. Default 0.999.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator, above 0. Default 1e-8.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Gradients are scaled down to this norm over all parameters; 0 never scales. Default 1.</summary>
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>
    /// Factor d of the learning rate from layer to layer, above 0 to 1: head and pooler have the whole rate, the last layer rate × d,
    /// the embeddings rate × d^(layers + 1). Default 1 (Sun et al. 2019, arXiv:1905.05583).
    /// </summary>
    public double LayerWiseLrDecay { get; init; } = 1.0;

    internal void Check(Problems problems)
    {
        problems.Require(LearningRate is > 0 and < 1, "optimizer.learning_rate", "above 0 and below 1", LearningRate, "BERT usually wants 1e-5 to 5e-5");
        problems.Require(WeightDecay is >= 0 and < 1, "optimizer.weight_decay", "at least 0 and below 1", WeightDecay, "0.01 is usual, 0 switches it off");
        problems.Require(AdamBeta1 is >= 0 and < 1, "optimizer.adam_beta1", "at least 0 and below 1", AdamBeta1, "0.9 is usual");
        problems.Require(AdamBeta2 is >= 0 and < 1, "optimizer.adam_beta2", "at least 0 and below 1", AdamBeta2, "0.999 is usual");
        problems.Require(AdamEpsilon is > 0 and < 1, "optimizer.adam_epsilon", "above 0 and below 1", AdamEpsilon, "1e-8 is usual");
        problems.Require(MaxGradNorm >= 0 && double.IsFinite(MaxGradNorm), "optimizer.max_grad_norm", "at least 0", MaxGradNorm, "1 is usual, 0 switches clipping off");
        problems.Require(
            LayerWiseLrDecay is > 0 and <= 1,
            "optimizer.layer_wise_lr_decay", "above 0 and at most 1", LayerWiseLrDecay,
            "0.95 is usual, 1 gives every layer the same rate");
    }
}

/// <summary>Which optimizer.</summary>
public enum OptimizerName
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).</summary>
    Adamw,
}
