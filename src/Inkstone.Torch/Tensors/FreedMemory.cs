using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>
/// Memory that was freed and stays with the process, for the next step. Batches differ in size, so that with time ever more of it lies in pieces that nothing
/// fits into; what became too much goes back to the system.
/// </summary>
public static class FreedMemory
{
    private const long MillisecondsBetweenLooks = 10_000;   // what is given back has to be asked for again: a fifth of a second for a gigabyte

    private static readonly GrowthWatch Watch = new();
    private static bool isKept;
    private static long lastLook;

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
        (isKept, lastLook) = (true, Environment.TickCount64);
    }

    /// <summary>Gives back what lies in pieces, where the process has grown by a third since it did so last. For a loop to call between batches: as a rule it only looks at the clock.</summary>
    public static void Tidy()
    {
        if (!isKept || Environment.TickCount64 - lastLook < MillisecondsBetweenLooks)
        {
            return;
        }

        if (Watch.HasGrown(Environment.WorkingSet))
        {
            _ = Libc.MallocTrim(0);
        }

        lastLook = Environment.TickCount64;
    }
}
