using Inkstone.Text.Cleaning;
using Inkstone.Text.Profiling;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Profiling;

public sealed class CompactTableTests
{
    [Fact]
    public void GetOrAdd_ManyHashes_HoldsEachOnceWithItsValue()
    {
        var table = new CompactTable<int>();
        var hashes = Hashes(100_000);
        for (var i = 0; i < hashes.Length; i++)
        {
            table.GetOrAdd(hashes[i], out var added) = i;
            added.ShouldBeTrue();
        }

        table.Count.ShouldBe(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            table.TryGet(hashes[i], out var value).ShouldBeTrue();
            value.ShouldBe(i);
            table.GetOrAdd(hashes[i], out var added);
            added.ShouldBeFalse();
            table.Contains(hashes[i] ^ 1).ShouldBeFalse();
        }
    }

    [Fact]
    public void Keep_Condition_ForgetsTheOthersOnly()
    {
        var table = new CompactTable<int>();
        var hashes = Hashes(20_000);
        for (var i = 0; i < hashes.Length; i++)
        {
            table.GetOrAdd(hashes[i], out _) = i;
        }

        table.Keep(hash => (hash & 4) == 0);

        table.Count.ShouldBe(hashes.Count(hash => (hash & 4) == 0));
        for (var i = 0; i < hashes.Length; i++)
        {
            table.TryGet(hashes[i], out var value).ShouldBe((hashes[i] & 4) == 0);
            value.ShouldBe((hashes[i] & 4) == 0 ? i : 0);
        }
    }

    [Fact]
    public void GetOrAdd_HashesThatAllWantOnePlace_StillWork()
    {
        var table = new CompactTable<int>();
        for (ulong hash = 1; hash <= 300; hash++)
        {
            table.GetOrAdd(hash, out _) = (int)hash;
        }

        Enumerable.Range(1, 300).ShouldAllBe(hash => table.Contains((ulong)hash));
        table.Contains(301).ShouldBeFalse();
    }

    /// <summary>Different numbers, none an odd neighbor of another.</summary>
    private static ulong[] Hashes(int count) => [.. Enumerable.Range(1, count).Select(i => ComparableText.Hash([(char)(i >> 8), (char)(i & 255)]) & ~1UL).Distinct()];
}
