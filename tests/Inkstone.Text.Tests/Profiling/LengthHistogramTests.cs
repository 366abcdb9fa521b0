using Inkstone.Text.Profiling;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Profiling;

public sealed class LengthHistogramTests
{
    [Fact]
    public void Percentile_AnyLengths_IsTheSortedLengthAtThatShare()
    {
        int[] lengths = [.. Enumerable.Range(0, 997).Select(i => i * 7919 % 5003), 70_000, 1_000_000];
        var histogram = Of(lengths);
        int[] sorted = [.. lengths.Order()];

        foreach (var share in new[] { 0, 0.1, 0.5, 0.9, 0.99, 0.999 })
        {
            histogram.Percentile(share).ShouldBe(sorted[(int)(share * sorted.Length)]);
        }

        histogram.Max.ShouldBe(1_000_000);
        histogram.Mean.ShouldBe(lengths.Average(), 1e-9);
    }

    [Fact]
    public void Above_Limit_CountsWhatIsLongerAndByHowMuch() =>
        Of(3, 5, 5, 9, 70_000).Above(5).ShouldBe((2, 4 + 69_995));

    [Fact]
    public void Bins_LongTail_EndsAtTheNinetyNinthPercentileAndLosesNoRow()
    {
        var bins = Of([.. Enumerable.Range(0, 1000), 50_000]).Bins(10);

        bins.Count.ShouldBeLessThanOrEqualTo(10);
        bins.Sum(bin => bin.Count).ShouldBe(1001);
        bins[0].ShouldBe(new LengthBin(0, 99, 100));
        bins[^1].To.ShouldBe(50_000);
    }

    [Fact]
    public void Bins_OneLengthOrNone_Work()
    {
        Of(0).Bins(10).ShouldBe([new LengthBin(0, 0, 1)]);
        new LengthHistogram().Bins(10).ShouldBeEmpty();
        new LengthHistogram().Percentile(0.5).ShouldBe(0);
    }

    private static LengthHistogram Of(params int[] lengths)
    {
        var histogram = new LengthHistogram();
        foreach (var length in lengths)
        {
            histogram.Add(length);
        }

        return histogram;
    }
}
