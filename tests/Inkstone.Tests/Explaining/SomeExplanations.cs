using Inkstone.Explaining;
using Xunit;

namespace Inkstone.Tests.Explaining;

/// <summary>Explanations that stop when the test does.</summary>
internal static class SomeExplanations
{
    public static Explanation Of(this Explainer explainer, string text, IReadOnlyList<ExplanationMethod> methods, ExplanationTarget target = default, string? pair = null) =>
        explainer.Explain(text, pair, methods, target, TestContext.Current.CancellationToken);
}
