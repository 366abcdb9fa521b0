using Inkstone.Text.Tokenizing;

namespace Inkstone.Explaining;

/// <summary>What stands in a text's place where nothing is to be said.</summary>
public enum ExplanationBaseline
{
    /// <summary><c>[PAD]</c> in place of every token but <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    Pad,

    /// <summary><c>[MASK]</c> in place of them.</summary>
    Mask,
}

/// <summary>How texts are explained.</summary>
public sealed record ExplainingOptions
{
    /// <summary>Points of the path that Integrated Gradients follows, at least 1 (2 by trapezoid). Default 20.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>How the path is summed up. Default Gauss–Legendre.</summary>
    public Quadrature Quadrature { get; init; } = Quadrature.GaussLegendre;

    /// <summary>Where the path begins. Default <c>[PAD]</c>.</summary>
    public ExplanationBaseline Baseline { get; init; } = ExplanationBaseline.Pad;

    /// <summary>Which attention the scores of <see cref="ExplanationMethod.Attention"/> are. Default rollout.</summary>
    public AttentionView Attention { get; init; } = AttentionView.Rollout;

    /// <summary>Most tokens that go through the model at once, steps and chunks together; one chunk at least. Memory grows with it. Default 1024.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>A sentence for each setting that cannot be; empty when all is well.</summary>
    /// <param name="tokenizer">The model's, which may lack <c>[MASK]</c>.</param>
    public IReadOnlyList<string> Problems(WordPieceTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var problems = new List<string>();
        var fewest = Quadrature == Quadrature.Trapezoid ? 2 : 1;
        if (Steps < fewest || Steps > MostSteps)
        {
            problems.Add(FormattableString.Invariant($"steps must be from {fewest} to {MostSteps}, but is {Steps}; 20 is usual, 50 for long texts."));
        }

        if (BatchTokens < 1)
        {
            problems.Add(FormattableString.Invariant($"batch tokens must be at least 1, but is {BatchTokens}; 1024 fits into little memory."));
        }

        if (Baseline == ExplanationBaseline.Mask && tokenizer.MaskId is null)
        {
            problems.Add("the baseline cannot be mask: this model's vocabulary has no [MASK]; take pad.");
        }

        return problems;
    }

    private const int MostSteps = 1000;
}
