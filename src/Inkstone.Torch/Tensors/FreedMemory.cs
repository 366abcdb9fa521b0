using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>
/// Memory that was freed and stays with the process, for the next step. Batches differ in size, so that with time ever more of it lies in pieces that nothing
/// fits into; what became too much goes back to the system.
/// </summary>
public static class FreedMemory
{
    private const int CallsBetweenLooks = 8;

    private static readonly GrowthWatch Watch = new();
    private static bool isKept;
    private static int calls;

    /// <summary>
    /// Lets the C library keep freed memory for the next step instead of giving it back to the system and asking again; a sixth of
    /// a step of BERT-base on two cores. For processes whose work is training: the memory stays taken until they end.
    /// </summary>
    public static void Keep()
    {
        const int TrimThreshold = -1, TopPad = -2, MMapMax = -4;
        _ = Libc.MallOpt(MMapMax, 0);
        _ = Libc.MallOpt(TrimThreshold, int.MaxValue);
        _ = Libc.MallOpt(TopPad, 64 << 20);
        isKept = true;
    }

    /// <summary>Gives back what lies in pieces, where the process has grown by a third since it did so last. For loops to call between batches: as a rule it only counts.</summary>
    public static void Tidy()
    {
        if (isKept && Interlocked.Increment(ref calls) % CallsBetweenLooks == 0 && Watch.HasGrown(Environment.WorkingSet))
        {
            _ = Libc.MallocTrim(0);
        }
    }
}
