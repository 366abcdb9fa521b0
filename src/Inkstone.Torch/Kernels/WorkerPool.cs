using System.Runtime.ExceptionServices;

namespace Inkstone.Torch.Kernels;

/// <summary>
/// A few threads that live as long as the process and share the numbered pieces of one job. Idle ones sleep.
/// Kernels cut their work by element index, never by thread count, so the number of threads changes no result.
/// </summary>
/// <remarks>
/// Safe from any thread. One job runs on the pool at a time; a job that is handed in meanwhile, from another thread or
/// from inside a job, runs on its caller's thread alone.
/// </remarks>
public sealed class WorkerPool
{
    private readonly Lock starting = new();
    private readonly object gate = new();
    private Job? current;
    private int openSeats;
    private int started;
    private int threads;
    private int busy;

    /// <summary>A pool of <paramref name="threads"/> threads, the caller's included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public WorkerPool(int threads) => Threads = threads;

    /// <summary>The pool that all kernels use. One thread for each processor until somebody sets <see cref="Threads"/>.</summary>
    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Threads that work on a job, the caller's included; at least 1. May be set at any time, jobs that follow obey.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public int Threads
    {
        get => threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            threads = value;
        }
    }

    /// <summary>Runs <paramref name="body"/> for every piece 0 … <paramref name="pieces"/> − 1, in any order, and returns when all are done.</summary>
    /// <exception cref="Exception">The first exception that a piece threw; pieces not yet begun are left out then.</exception>
    public void Run(int pieces, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var helpers = Math.Min(Threads, pieces) - 1;
        if (helpers < 1 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                body(piece);
            }

            return;
        }

        try
        {
            RunTogether(new Job(pieces, body), helpers);
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    private void RunTogether(Job job, int helpers)
    {
        StartThreads(helpers);
        lock (gate)
        {
            current = job;
            openSeats = helpers;
            Monitor.PulseAll(gate);
        }

        job.Work();
        lock (gate)
        {
            openSeats = 0; // nothing is left for helpers that have not woken up yet
            current = null;
            while (job.Helpers > 0)
            {
                Monitor.Wait(gate);
            }
        }

        job.Failure?.Throw();
    }

    private void StartThreads(int helpers)
    {
        lock (starting)
        {
            for (; started < helpers; started++)
            {
                new Thread(Help) { IsBackground = true, Name = $"kernel worker {started + 1}" }.Start();
            }
        }
    }

    private void Help()
    {
        while (true)
        {
            Job job;
            lock (gate)
            {
                while (openSeats == 0)
                {
                    Monitor.Wait(gate);
                }

                openSeats--;
                job = current!;
                job.Helpers++;
            }

            job.Work();
            lock (gate)
            {
                job.Helpers--;
                Monitor.PulseAll(gate);
            }
        }
    }

    private sealed class Job(int pieces, Action<int> body)
    {
        private int next;

        /// <summary>Threads at work beside the caller's; guarded by the pool's gate.</summary>
        public int Helpers { get; set; }

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Work()
        {
            try
            {
                for (var piece = Interlocked.Increment(ref next) - 1; piece < pieces; piece = Interlocked.Increment(ref next) - 1)
                {
                    body(piece);
                }
            }
            catch (Exception failure) // rethrown on the caller's thread
            {
                Interlocked.Exchange(ref next, pieces);
                Failure ??= ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
