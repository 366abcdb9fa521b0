namespace Inkstone.Text.Profiling;

/// <summary>
/// The windows of each file. Where they would need too much memory, only those whose hash is a multiple of 2, then of 4, 8, … stay,
/// in all files alike: what is told of them from then on is an estimate.
/// </summary>
/// <param name="files">How many files.</param>
/// <param name="capacity">The most windows to keep, of all files together.</param>
internal sealed class WindowSets(int files, long capacity = 1 << 24)
{
    private readonly CompactTable<Nothing>[] sets = [.. Enumerable.Range(0, files).Select(_ => new CompactTable<Nothing>())];
    private ulong mask;

    /// <summary>Whether only a sample of the windows is kept.</summary>
    public bool IsSampled => mask != 0;

    /// <summary>Adds windows of a file.</summary>
    public void Add(int file, ReadOnlySpan<ulong> windows)
    {
        foreach (var window in windows)
        {
            if ((window & mask) == 0)
            {
                sets[file].GetOrAdd(window, out _);
            }
        }

        while (sets.Sum(set => set.Count) > capacity)
        {
            mask = (mask << 1) | 1;
            foreach (var set in sets)
            {
                set.Keep(window => (window & mask) == 0);
            }
        }
    }

    /// <summary>The share of windows that stand in a file too, from 0 to 1; 0 where none is in the sample.</summary>
    public double Share(int file, ReadOnlySpan<ulong> windows)
    {
        var (looked, found) = (0, 0);
        foreach (var window in windows)
        {
            if ((window & mask) == 0)
            {
                looked++;
                found += sets[file].Contains(window) ? 1 : 0;
            }
        }

        return looked == 0 ? 0 : (double)found / looked;
    }

    private readonly struct Nothing;
}
