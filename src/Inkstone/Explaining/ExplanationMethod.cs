using Inkstone.Recipes;

namespace Inkstone.Explaining;

/// <summary>A way to say what a text's tokens had to do with a prediction.</summary>
public enum ExplanationMethod
{
    /// <summary>The gradient of the logit times the word vector (Shrikumar et al. 2016, arXiv:1605.01713): one pass, a local view.</summary>
    GradXInput,

    /// <summary>Gradients gathered on the way from a baseline to the text (Sundararajan, Taly and Yan 2017, arXiv:1703.01365): scores add up to what the text changed.</summary>
    IntegratedGradients,

    /// <summary>Where the token that is classified looks. It belongs to no class, and weights need not be reasons (Jain and Wallace 2019, arXiv:1902.10186): exploratory.</summary>
    Attention,
}

/// <summary>Methods as users write them.</summary>
public static class ExplanationMethods
{
    private static readonly (ExplanationMethod Method, string Name)[] Names =
    [
        (ExplanationMethod.GradXInput, "grad_x_input"),
        (ExplanationMethod.IntegratedGradients, "integrated_gradients"),
        (ExplanationMethod.Attention, "attention"),
    ];

    /// <summary>Every method.</summary>
    public static IReadOnlyList<ExplanationMethod> All { get; } = [.. Names.Select(pair => pair.Method)];

    /// <summary>The method's name in calls and files.</summary>
    public static string NameOf(ExplanationMethod method) => Names.First(pair => pair.Method == method).Name;

    /// <summary>The method of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which was perhaps meant.</exception>
    public static ExplanationMethod Parse(string name)
    {
        foreach (var (method, known) in Names)
        {
            if (known == name)
            {
                return method;
            }
        }

        var nearest = NearestName.Of(name, Names.Select(pair => pair.Name)) is { } meant ? $"; did you mean {meant}?" : ".";
        throw new ArgumentException($"there is no method '{name}'{nearest} Methods: {string.Join(", ", Names.Select(pair => pair.Name))}.");
    }
}

/// <summary>A method with what it may be set to.</summary>
/// <param name="Method">The method.</param>
/// <param name="Baseline">Where Integrated Gradients starts.</param>
/// <param name="View">Which attention.</param>
public readonly record struct ExplanationVariant(ExplanationMethod Method, ExplanationBaseline Baseline = ExplanationBaseline.Pad, AttentionView View = default)
{
    /// <summary>The method's name and what it is set to.</summary>
    public override string ToString() => Method switch
    {
        ExplanationMethod.Attention => $"attention ({View})",
        ExplanationMethod.IntegratedGradients => $"integrated_gradients ({Baseline.ToString().ToLowerInvariant()})",
        _ => ExplanationMethods.NameOf(Method),
    };
}
