using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>A disk that is full before everything is written: one sentence, and nothing half-written stays.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("x.jsonl", "data", "convert", "--output", "DISK/x.jsonl")]
    [InlineData("x.csv", "data", "convert", "--output", "DISK/x.csv")]
    [InlineData("x.parquet", "data", "convert", "--output", "DISK/x.parquet")]
    [InlineData("x.jsonl", "data", "clean", "--output", "DISK/x.jsonl", "--removed", "HERE/removed.csv")]
    [InlineData("removed.csv", "data", "clean", "--output", "HERE/x.jsonl", "--removed", "DISK/removed.csv", "--set", "max_characters=3")]
    [InlineData("parts", "data", "split", "--output-dir", "DISK/parts")]
    public void DataVerb_FullDisk_LeavesNothing(string output, params string[] call)
    {
        using var disk = new TinyDisk(scratch.Of("disk"), "64k");
        var temporary = Directory.CreateDirectory(scratch.Of("temporary")).FullName;
        var before = scratch.Names;

        var run = CliRun.Of(
            [.. call[..2], Rows(), .. call[2..].Select(word => word.Replace("DISK", disk.Path, StringComparison.Ordinal).Replace("HERE", scratch.Path, StringComparison.Ordinal))],
            environment: ("TMPDIR", temporary)).ShouldExit(1);

        run.Stderr.ShouldBe($"error: {disk.Of(output)} cannot be written: no space left on the disk. Nothing of it was kept. Free some space, or choose another place.\n");
        disk.Entries.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(temporary, "inkstone*").ShouldBeEmpty();
        string[] written = output == "removed.csv" ? ["big.csv", "x.jsonl"] : ["big.csv"];   // there the rows themselves went to another disk
        scratch.Names.Except(written).ShouldBe(before);
    }

    [Fact]
    public void DataConvert_ToParquetWhileTheTemporaryDiskIsFull_LeavesNothing()
    {
        using var disk = new TinyDisk(scratch.Of("disk"), "64k");

        var run = CliRun.Of(["data", "convert", Rows(), "--output", scratch.Of("x.parquet")], environment: ("TMPDIR", disk.Path)).ShouldExit(1);

        run.Stderr.ShouldStartWith($"error: Rows that become a parquet file wait in {disk.Path}/ (TMPDIR moves it), which refused: ");
        run.Stderr.Trim().ShouldNotContain('\n');
        disk.Entries.Where(entry => entry.Contains("inkstone", StringComparison.Ordinal)).ShouldBeEmpty();
        scratch.Names.ShouldBe(["big.csv", "disk"]);
    }

    [Fact]
    public void Pretrain_CacheThatFills_IsRefusedInASentenceAndLeavesNoIds()
    {
        using var disk = new TinyDisk(scratch.Of("disk"), "32k");

        var run = CliRun.Of(Pretrain(scratch.Of("run")), environment: ("INKSTONE_CACHE", disk.Path)).ShouldExit(1);

        run.Stderr.Trim().Split('\n')[^1].ShouldBe(
            $"error: {disk.Of("corpora")}: the corpus's ids cannot be written (No space left on device); expected room for about two bytes a character. Make room there, or set INKSTONE_CACHE to a folder on another disk.");
        disk.Entries.Where(File.Exists).ShouldBeEmpty();
    }

    [Fact]
    public void Pretrain_OutputThatFills_KeepsNoHalfModel()
    {
        using var disk = new TinyDisk(scratch.Of("disk"), "600k");

        var run = CliRun.Of(Pretrain(disk.Of("run"))).ShouldExit(1);

        run.Stderr.ShouldContain("no space left on the disk");
        run.Stderr.Trim().Split('\n')[^1].ShouldStartWith("error: ");
        Directory.Exists(disk.Of("run/model")).ShouldBeFalse();
        disk.Entries.ShouldNotContain(entry => entry.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    private string[] Pretrain(string output) =>
    [
        "pretrain", Rows(), "--output-dir", output, "--layers", "1", "--hidden", "32", "--heads", "1", "--intermediate", "64", "--vocab-size", "9000", "--max-length", "24",
        "--batch-tokens", "256", "--held-out-texts", "0", "--max-steps", "3",
    ];

    /// <summary>Some 150 kB that do not compress.</summary>
    private string Rows()
    {
        var digits = new Random(1);
        return scratch.Write("big.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 2500).Select(row =>
            $"{string.Concat(Enumerable.Range(0, 20).Select(_ => (char)digits.Next(0x4E00, 0x9FA5)))},{row % 2}\n")));
    }
}
