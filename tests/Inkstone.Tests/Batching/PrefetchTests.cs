using Inkstone.Batching;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Batching;

public sealed class PrefetchTests
{
    private static readonly int[] Source = [.. Enumerable.Range(0, 200)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void InOrder_AnyNumberOfThreads_GivesTheSameInTheSourcesOrder(int ahead) =>
        Prefetch.InOrder(Source, Slow, ahead).ShouldBe(Source.Select(item => item * item));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void InOrder_OneResultTaken_ReadsNoFurtherThanItMay(int ahead, int expected)
    {
        var read = 0;

        var first = Prefetch.InOrder(Source.Select(item => ++read), Slow, ahead).First();

        first.ShouldBe(1);
        read.ShouldBe(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void InOrder_ItemThatFails_ThrowsItsOwnExceptionInItsPlace(int ahead)
    {
        var seen = new List<int>();

        var thrown = Should.Throw<FormatException>(() =>
        {
            foreach (var result in Prefetch.InOrder(Source, item => item is 20 or 21 ? throw new FormatException($"item {item}") : item, ahead))
            {
                seen.Add(result);
            }
        });

        thrown.Message.ShouldBe("item 20");
        seen.ShouldBe(Source[..20]);
    }

    [Fact]
    public void InOrder_SourceThatFails_ThrowsWhenItGetsThereAndNothingRunsAnyMore()
    {
        var running = 0;

        Should.Throw<InvalidDataException>(() => Prefetch.InOrder(Failing(), item => Counted(ref running, item), 3).Count());

        running.ShouldBe(0);

        static IEnumerable<int> Failing()
        {
            yield return 1;
            yield return 2;
            throw new InvalidDataException();
        }
    }

    /// <summary>Also where what is not asked for any more fails.</summary>
    [Fact]
    public void InOrder_LeftEarly_WaitsForWhatRuns()
    {
        var running = 0;

        foreach (var result in Prefetch.InOrder(Source, item => item > 3 ? throw new FormatException() : Counted(ref running, item), 4))
        {
            break;
        }

        running.ShouldBe(0);
    }

    [Fact]
    public void InOrder_OneAhead_MakesTheNextWhileThisOneIsMade()
    {
        using var nextHasBegun = new ManualResetEventSlim();

        var met = Prefetch.InOrder(Source[..2], item => item == 0 ? nextHasBegun.Wait(TimeSpan.FromSeconds(60)) : Begin(), 1).ToList();

        met.ShouldBe([true, true]);

        bool Begin()
        {
            nextHasBegun.Set();
            return true;
        }
    }

    private static int Slow(int item)
    {
        Thread.SpinWait(item % 7 * 1000);
        return item * item;
    }

    private static int Counted(ref int running, int item)
    {
        Interlocked.Increment(ref running);
        Thread.Sleep(20);
        Interlocked.Decrement(ref running);
        return item;
    }
}
