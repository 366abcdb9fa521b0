using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class ProbabilitiesTests
{
    [Fact]
    public void Softmax_LogitsOfAnySize_SumsToOne()
    {
        Probabilities.Softmax([0.0, Math.Log(3)]).ShouldBe([0.25, 0.75], 1e-15);
        Probabilities.Softmax([1e308, 1e308]).ShouldBe([0.5, 0.5]);
        Probabilities.Softmax([-1e308, 1e308]).ShouldBe([0.0, 1.0]);
        Probabilities.Softmax([2f, 2f, 2f, 2f]).ShouldBe([0.25, 0.25, 0.25, 0.25]);
    }

    [Fact]
    public void CrossEntropy_ProbabilityZeroInDouble_StaysFinite()
    {
        Probabilities.CrossEntropy([0.0, Math.Log(3)], 0).ShouldBe(Math.Log(4), 1e-15);
        Probabilities.CrossEntropy([-5000.0, 5000.0], 0).ShouldBe(10000);
    }
}
