using Inkstone.Comparing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Comparing;

public sealed class McNemarTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 6, 0.03125)]                     // 2 / 2^6
    [InlineData(2, 10, 0.03857421875)]              // 2 (1 + 12 + 66) / 2^12
    [InlineData(10, 2, 0.03857421875)]
    [InlineData(3, 4, 1)]
    [InlineData(25, 17, 0.27995623853)]             // scipy.stats.binomtest(17, 42).pvalue
    public void PValue_KnownCounts_IsTheExactTwoSidedOne(int onlyFirst, int onlySecond, double expected) =>
        McNemar.PValue(onlyFirst, onlySecond).ShouldBe(expected, 1e-10);

    [Fact]
    public void PValue_ManyRows_NeitherUnderflowsNorOverflows()
    {
        McNemar.PValue(500_000, 500_000).ShouldBe(1);

        // 3 standard deviations from even: the normal distribution's 0.0027.
        McNemar.PValue(498_500, 501_500).ShouldBe(0.0027, 0.0001);
        McNemar.PValue(0, 5000).ShouldBe(0);
    }
}
