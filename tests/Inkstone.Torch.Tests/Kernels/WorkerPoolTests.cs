using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    [InlineData(4, 1000)]
    public void Run_AnyThreadsAndPieces_DoesEachPieceOnce(int threads, int pieces)
    {
        var pool = new WorkerPool(threads);
        var done = new int[pieces];

        for (var round = 1; round <= 50; round++)
        {
            pool.Run(pieces, piece => Interlocked.Increment(ref done[piece]));

            done.ShouldAllBe(count => count == round);
        }
    }

    [Fact]
    public void Run_PiecesThatMeet_RunAtTheSameTime()
    {
        var pool = new WorkerPool(3);
        using var meeting = new Barrier(3);

        pool.Run(3, _ => meeting.SignalAndWait(TimeSpan.FromSeconds(60)).ShouldBeTrue());
    }

    [Fact]
    public void Run_ManyJobs_StartsNoNewThreads()
    {
        var pool = new WorkerPool(3);
        var threads = new HashSet<int>();

        for (var job = 0; job < 100; job++)
        {
            pool.Run(20, _ =>
            {
                lock (threads)
                {
                    threads.Add(Environment.CurrentManagedThreadId);
                }
            });
        }

        threads.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public void Run_PieceThrows_CallerGetsItAndThePoolLives()
    {
        var pool = new WorkerPool(3);

        for (var round = 0; round < 20; round++)
        {
            Should.Throw<InvalidDataException>(() => pool.Run(100, piece =>
            {
                if (piece == 7)
                {
                    throw new InvalidDataException("piece 7");
                }
            })).Message.ShouldBe("piece 7");
        }

        var done = 0;
        pool.Run(100, _ => Interlocked.Increment(ref done));
        done.ShouldBe(100);
    }

    [Fact]
    public void Run_InsideAJobOrBesideOne_StillDoesAllPieces()
    {
        var pool = new WorkerPool(3);
        var done = 0;

        var callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var job = 0; job < 50; job++)
            {
                pool.Run(5, _ => pool.Run(6, _ => Interlocked.Increment(ref done)));
            }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());

        done.ShouldBe(4 * 50 * 5 * 6);
    }

    [Fact]
    public void Threads_BelowOne_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => new WorkerPool(0));
}
