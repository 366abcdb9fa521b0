using System.Runtime.CompilerServices;
using Inkstone.Preparing;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class SpoolTests : IDisposable
{
    private const int Most = 1 << 17;

    private readonly TemporaryFolder scratch = new();
    private readonly byte[] bytes = [.. Enumerable.Range(0, 1_000_003).Select(place => (byte)((place * 31) + (place >> 8)))];

    public void Dispose() => scratch.Dispose();

    /// <summary>Memory alone, a file, and a folder that cannot be made: the bytes are the same.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("spool")]
    [InlineData("file/below")]
    public void Read_AnywhereInWhatWasAppended_GivesIt(string? folder)
    {
        scratch.Write("file", "");
        using var spool = new Spool(folder is null ? null : scratch.Combine(folder), Most);

        Append(spool);

        spool.Length.ShouldBe(bytes.Length);
        foreach (var (offset, length) in new[] { (0, bytes.Length), (0, 1), (65_535, 2), (131_071, 300_000), (bytes.Length - 1, 1), (bytes.Length, 0), (777_777, 77_777) })
        {
            var read = new byte[length];
            spool.Read(offset, read);
            read.AsSpan().SequenceEqual(bytes.AsSpan(offset, length)).ShouldBeTrue($"{length} bytes at {offset}");
        }
    }

    [Fact]
    public void Append_MoreThanMemoryIsFor_LeavesLittleInItAndNoNameOnTheDisk()
    {
        using var spool = new Spool(scratch.Combine("spool"), Most);

        for (var round = 0; round < 20; round++)
        {
            Append(spool);
            spool.InMemory.ShouldBeLessThanOrEqualTo(Most);
        }

        spool.Length.ShouldBe(20L * bytes.Length);
        Directory.GetFileSystemEntries(scratch.Combine("spool")).ShouldBeEmpty();
    }

    [Fact]
    public void Append_Little_TouchesNoDisk()
    {
        using var spool = new Spool(scratch.Combine("spool"));

        Append(spool);

        Directory.Exists(scratch.Combine("spool")).ShouldBeFalse();
    }

    [Fact]
    public void Read_FileThatSomebodyCut_Throws()
    {
        var path = scratch.Combine("cut");
        File.WriteAllBytes(path, bytes);
        using var spool = new Spool(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(1000);
        }

        Should.Throw<EndOfStreamException>(() => spool.Read(500, new byte[1000]));
    }

    /// <summary>Training on millions of rows depends on both.</summary>
    [Fact]
    public void RowTable_AnyPlace_ReadsTheValueThere()
    {
        using var spool = new Spool(scratch.Combine("spool"), Most);
        Append(spool);
        var table = new RowTable<EncodedRow>(spool, 7, 20_000);

        Unsafe.SizeOf<EncodedRow>().ShouldBe(45);
        var cursor = table.InOrder();
        foreach (var number in new[] { 0, 1, 728, 729, 5, 19_999, 10_000 })
        {
            table[number].Offset.ShouldBe(BitConverter.ToInt64(bytes, 7 + (45 * number) + 16));
            cursor[number].ShouldBe(table[number]);
        }

        table.All().Select(row => row.Line).ShouldBe(Enumerable.Range(0, 20_000).Select(number => BitConverter.ToInt32(bytes, 7 + (45 * number) + 40)));
        Should.Throw<ArgumentOutOfRangeException>(() => table[20_000]);
        Should.Throw<ArgumentOutOfRangeException>(() => table.InOrder()[-1]);
    }

    private void Append(Spool spool)
    {
        for (var (start, count) = (0, 1); start < bytes.Length; start += count)
        {
            count = Math.Min(bytes.Length - start, (start % 4099) + 1);
            spool.Append(bytes.AsSpan(start, count));
        }
    }
}
