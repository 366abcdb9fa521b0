using Inkstone.Recipes;

namespace Inkstone.Training.Watching;

/// <summary>A rate that fine-tuning rarely survives, or rarely moves at.</summary>
internal sealed record UnusualLearningRate(double LearningRate, int HiddenSize) : IWatchRule
{
    private const double Lowest = 1e-6;
    private const double Highest = 1e-3;

    /// <inheritdoc/>
    public string? AtStart() => LearningRate is >= Lowest and <= Highest ? null
        : $"Warning: optimizer.learning_rate={RecipeText.Show(LearningRate)} is unusually {(LearningRate < Lowest ? "low: the weights will hardly move" : "high: training may not converge")}. "
            + FormattableString.Invariant($"Encoders of width {HiddenSize} usually want {UsualRange}.");

    private string UsualRange => HiddenSize switch
    {
        >= 1024 => "5e-6 to 3e-5",
        >= 768 => "1e-5 to 5e-5",
        >= 384 => "2e-5 to 1e-4",
        _ => "5e-5 to 5e-4",
    };
}
