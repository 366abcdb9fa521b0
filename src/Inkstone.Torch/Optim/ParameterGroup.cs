using Inkstone.Torch.Nn;
using System.Globalization;

namespace Inkstone.Torch.Optim;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
public sealed class ParameterGroup
{
    /// <summary>Puts parameters together.</summary>
    /// <param name="name">For logs and messages, such as <c>no_decay</c>.</param>
    /// <param name="parameters">The group's parameters.</param>
    /// <param name="learningRate">Base rate, 0 or more; a schedule multiplies it.</param>
    /// <param name="weightDecay">Decoupled weight decay, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public ParameterGroup(string name, IEnumerable<NamedParameter> parameters, double learningRate, double weightDecay)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(parameters);
        Name = name;
        Parameters = [.. parameters];
        BaseLearningRate = LearningRate = NotNegative(learningRate, nameof(learningRate));
        WeightDecay = NotNegative(weightDecay, nameof(weightDecay));
    }

    /// <summary>For logs and messages.</summary>
    public string Name { get; }

    /// <summary>The parameters, in the order given.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>The rate that a schedule's factor multiplies.</summary>
    public double BaseLearningRate { get; }

    /// <summary>The rate of the next step. Set before each step, usually by <see cref="AdamW.ScaleLearningRates"/>.</summary>
    public double LearningRate { get; set; }

    /// <summary>Decoupled weight decay: each step takes <c>LearningRate * WeightDecay</c> of every weight.</summary>
    public double WeightDecay { get; }

    private static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be 0 or more, but is {value}."));
}
