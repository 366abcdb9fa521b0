using FsCheck;
using FsCheck.Fluent;
using Inkstone.Batching;
using Inkstone.Recipes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Batching;

public sealed class EpochPlanTests
{
    private static readonly int[] Lengths = LengthsOf(3000);
    private static readonly int[] Labels = [.. Enumerable.Range(0, Lengths.Length).Select(row => row % 10 == 0 ? 0 : row % 3 == 0 ? 1 : 2)];

    /// <summary>Whatever the lengths and settings: each row once, batches neither empty nor too large.</summary>
    [Fact]
    public void Create_RandomSampler_HoldsEveryRowOnce()
    {
        var cases =
            from lengths in Gen.Choose(2, 512).ArrayOf().Where(lengths => lengths.Length > 0)
            from batchSize in Gen.Choose(1, 40)
            from tokens in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 2000).Select(budget => (int?)budget))
            from flags in Gen.Choose(0, 3)
            from epoch in Gen.Choose(0, 5)
            select (lengths, options: Options(batchSize, tokens, shuffle: flags % 2 == 0, groupByLength: flags / 2 == 0), epoch);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var (lengths, options, epoch) = given;
            var batches = EpochPlan.Create(lengths, new int[lengths.Length], options, epoch);

            batches.SelectMany(batch => batch).Order().ShouldBe(Enumerable.Range(0, lengths.Length));
            foreach (var batch in batches)
            {
                batch.ShouldNotBeEmpty();
                var isWithin = options.TokensPerBatch is { } budget ? batch.Length == 1 || batch.Sum(row => lengths[row]) <= budget : batch.Length <= options.PerDeviceTrainBatchSize;
                isWithin.ShouldBeTrue();
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Create_SameSeedAndEpoch_IsTheSamePlan_OthersAreNot()
    {
        Plan(42, 0).ShouldBe(Plan(42, 0));
        Plan(42, 0).ShouldNotBe(Plan(42, 1));
        Plan(42, 0).ShouldNotBe(Plan(43, 0));

        int[][] Plan(int seed, int epoch) => [.. EpochPlan.Create(Lengths, Labels, Options(16, null) with { Seed = seed }, epoch)];
    }

    [Fact]
    public void Create_GroupByLength_LeavesLittlePaddingAndChanceInWhoMeetsWhom()
    {
        var random = EpochPlan.Create(Lengths, Labels, Options(16, null, groupByLength: false), 0);
        var grouped = EpochPlan.Create(Lengths, Labels, Options(16, null), 0);
        var nextEpoch = EpochPlan.Create(Lengths, Labels, Options(16, null), 1);

        ShareOfRealTokens(random).ShouldBeLessThan(0.6);
        ShareOfRealTokens(grouped).ShouldBeGreaterThan(0.93);
        grouped.Select(batch => string.Join(',', batch.Order())).Intersect(nextEpoch.Select(batch => string.Join(',', batch.Order()))).Count().ShouldBeLessThan(grouped.Count / 10);
        var longest = grouped.Select(batch => batch.Max(row => Lengths[row])).ToList();
        longest.Zip(longest.Skip(1)).Count(pair => pair.First >= pair.Second).ShouldBeLessThan(longest.Count * 3 / 4, "batches come in random order, not sorted");
    }

    [Fact]
    public void Create_GroupByLengthWithTokenBudget_FillsTheBudget()
    {
        var batches = EpochPlan.Create(Lengths, Labels, Options(16, 2048), 0);

        batches.ShouldAllBe(batch => batch.Sum(row => Lengths[row]) <= 2048);
        batches.Average(batch => batch.Sum(row => Lengths[row])).ShouldBeGreaterThan(0.85 * 2048);
    }

    [Fact]
    public void Create_RowLongerThanTheBudget_StandsAlone()
    {
        var batches = EpochPlan.Create([10, 500, 10, 10], new int[4], Options(16, 100, shuffle: false, groupByLength: false), 0);

        batches.ShouldBe([[0], [1], [2, 3]]);
    }

    [Fact]
    public void Create_NoShuffle_KeepsTheRowsOrder() =>
        EpochPlan.Create([5, 9, 3, 7, 4], new int[5], Options(2, null, shuffle: false, groupByLength: false), 3).ShouldBe([[0, 1], [2, 3], [4]]);

    [Fact]
    public void Create_Downsample_HasAsManyRowsOfEachClassAsTheRarestAndOthersEachEpoch()
    {
        var options = Options(16, null) with { Sampler = Sampler.Downsample };
        var first = Rows(options, 0);
        var second = Rows(options, 1);

        first.CountBy(row => Labels[row]).ToDictionary().ShouldBe(new Dictionary<int, int> { [0] = 300, [1] = 300, [2] = 300 }, ignoreOrder: true);
        first.Distinct().Count().ShouldBe(900);
        second.Where(row => Labels[row] == 2).Except(first).Count().ShouldBeGreaterThan(100);
        second.Where(row => Labels[row] == 0).Except(first).ShouldBeEmpty();
    }

    [Fact]
    public void Create_DownsampleWithoutShuffle_KeepsTheRowsOrder()
    {
        var rows = Rows(Options(16, null, shuffle: false, groupByLength: false) with { Sampler = Sampler.Downsample }, 0);

        rows.ShouldBe(rows.Order());
        rows.Count.ShouldBe(900);
    }

    /// <summary>Draws are binomial: within four standard errors, over ten epochs.</summary>
    [Fact]
    public void Create_Weighted_DrawsEveryClassAndEveryRowOfAClassEquallyOften()
    {
        var draws = Enumerable.Range(0, 10).SelectMany(epoch => Rows(Options(16, null) with { Sampler = Sampler.Weighted }, epoch)).ToList();

        draws.Count.ShouldBe(10 * Lengths.Length);
        foreach (var (_, count) in draws.CountBy(row => Labels[row]))
        {
            ((double)count).ShouldBe(draws.Count / 3.0, 4 * Math.Sqrt(draws.Count * (1 / 3.0) * (2 / 3.0)));
        }

        var ofRare = draws.Where(row => Labels[row] == 0).CountBy(row => row).ToDictionary();
        ofRare.Count.ShouldBe(300);
        var mean = draws.Count / 3.0 / 300;
        ofRare.Values.Average(count => (count - mean) * (count - mean)).ShouldBe(mean, 4 * mean * Math.Sqrt(2 / 300.0), "as a Poisson variable, nearly");
    }

    [Fact]
    public void ByLength_AnyRows_HoldsEachOnceLongestFirst()
    {
        var batches = EpochPlan.ByLength(Lengths, batchSize: 1, tokensPerBatch: 1024);

        batches.SelectMany(batch => batch).Order().ShouldBe(Enumerable.Range(0, Lengths.Length));
        batches.SelectMany(batch => batch).Select(row => Lengths[row]).ShouldBeInOrder(SortDirection.Descending);
        EpochPlan.ByLength([], 4, null).ShouldBeEmpty();
    }

    private static List<int> Rows(TrainingOptions options, int epoch) => [.. EpochPlan.Create(Lengths, Labels, options, epoch).SelectMany(batch => batch)];

    private static double ShareOfRealTokens(IReadOnlyList<int[]> batches) =>
        (double)Lengths.Sum() / batches.Sum(batch => batch.Length * batch.Max(row => Lengths[row]));

    private static TrainingOptions Options(int batchSize, int? tokens, bool shuffle = true, bool groupByLength = true) =>
        new() { PerDeviceTrainBatchSize = batchSize, TokensPerBatch = tokens, Shuffle = shuffle, GroupByLength = groupByLength };

    /// <summary>Lengths as reviews have them: many short, few long.</summary>
    private static int[] LengthsOf(int count)
    {
        var random = new SeededRandom(3);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Clamp((int)Math.Exp(4 + (0.8 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))), 5, 512))];
    }
}
