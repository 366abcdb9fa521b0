using Inkstone.Losses;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Losses;

public sealed class InverseFrequencyTests
{
    [Fact]
    public void Balanced_IsRowsOverClassesTimesCount() =>
        InverseFrequency.Balanced([10, 30, 60]).ShouldBe([100 / 30.0, 100 / 90.0, 100 / 180.0], 1e-12);

    [Fact]
    public void Effective_IsTheInverseOfTheEffectiveNumberScaledToTheClasses()
    {
        // (1 − β^n) / (1 − β) is the geometric sum 1 + β + … + β^(n − 1).
        int[] counts = [10, 300, 60000];
        var effective = counts.Select(count => Enumerable.Range(0, count).Sum(power => Math.Pow(0.9999, power))).ToArray();
        var scale = 3 / effective.Sum(number => 1 / number);

        InverseFrequency.Effective(counts).ShouldBe(effective.Select(number => scale / number), 1e-9);
    }

    [Fact]
    public void Effective_AllClassesEqual_WeighsNobody() => InverseFrequency.Effective([7, 7, 7]).ShouldBe([1.0, 1, 1], 1e-12);

    [Fact]
    public void EitherRule_ClassWithoutRows_WeighsNothing()
    {
        InverseFrequency.Balanced([4, 0, 6]).ShouldBe([10 / 12.0, 0, 10 / 18.0], 1e-12);
        InverseFrequency.Effective([4, 0, 6])[1].ShouldBe(0);
        InverseFrequency.Effective([4, 0, 6]).Sum().ShouldBe(3, 1e-12);
    }
}
