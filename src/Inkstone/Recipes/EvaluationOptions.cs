namespace Inkstone.Recipes;

/// <summary>The <c>evaluation</c> section: what is reported of the finished classifier.</summary>
public sealed record EvaluationOptions
{
    /// <summary>
    /// Train a linear classifier over character n-grams on the same rows, a matter of seconds, and report it beside the encoder. Default true.
    /// </summary>
    public bool Baseline { get; init; } = true;

    /// <summary>Write <c>report.html</c> and the model card into the run at its end, as <c>inkstone report</c> does. Default true.</summary>
    public bool Report { get; init; } = true;
}
