using Inkstone.Explaining;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Explaining;

public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new[] { 1f, 2, 3, 4, 5 }, new[] { 5f, 6, 7, 8, 7 }, 0.8207826816681233)]   // scipy.stats.spearmanr, with a tie
    [InlineData(new[] { 1f, 2, 3, 4 }, new[] { 40f, 30, 20, 10 }, -1)]
    [InlineData(new[] { 1f, 2, 3 }, new[] { 7f, 7, 7 }, 0)]
    public void Of_Numbers_IsSpearmans(float[] left, float[] right, double expected) => RankCorrelation.Of(left, right).ShouldBe(expected, 1e-12);

    [Fact]
    public void Of_WhatIsNoNumber_ComesToAnEnd() => RankCorrelation.Of([1, float.NaN, 3], [3, 2, 1]).ShouldBeInRange(-1, 1);

    [Fact]
    public void Of_OtherLengths_IsRefused() => Should.Throw<ArgumentException>(() => RankCorrelation.Of([1, 2], [1]));
}
