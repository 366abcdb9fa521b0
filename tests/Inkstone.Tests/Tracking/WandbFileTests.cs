using Inkstone.Tests.Support;
using Inkstone.Tracking.Wandb;
using Shouldly;
using Xunit;
using Record = Inkstone.Tracking.Wandb.Record;

namespace Inkstone.Tests.Tracking;

public sealed class WandbFileTests : IDisposable
{
    private static readonly string Sample = Repo.Golden("tracking", "run-abcd1234.wandb");

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Pieces_RecordsOfWandb_GiveItsFileByteForByte()
    {
        var file = new MemoryStream();
        file.Write([.. ":W&B"u8, 0xe1, 0xbe, 0]);
        foreach (var record in WandbFile.ReadBytes(Sample))
        {
            file.Write(WandbFile.Pieces(record, file.Length));
        }

        file.ToArray().ShouldBe(File.ReadAllBytes(Sample));
    }

    [Fact]
    public void Read_FileOfWandb_HasItsRecords()
    {
        var records = WandbFile.Read(Sample);

        records.Select(record => record.Num).ShouldBe(Enumerable.Range(1, 22).Select(num => (long)num));
        records[0].Header.VersionInfo.MinConsumer.ShouldBe("0.70.0");
        records[1].Run.RunId.ShouldBe("abcd1234");
        records[1].Run.Config.Update.Select(item => item.Key).ShouldContain("training");
        records[^1].Exit.ShouldNotBeNull().ExitCode.ShouldBe(0);
        var loss = records.Where(record => record.History is not null).SelectMany(record => record.History.Item)
            .Where(item => item.NestedKey is ["train/loss"]).Select(item => item.ValueJson);
        loss.ShouldBe(["1", "0.5", "0.3333333333333333"]);
    }

    [Fact]
    public void Continue_AllRecordsOfWandb_KeepsWhatWeDoNotKnow()
    {
        var copy = scratch.Combine("run-abcd1234.wandb");
        File.Copy(Sample, copy);
        var records = WandbFile.Read(copy);

        WandbFile.Continue(copy, "abcd1234", records).Dispose();

        WandbFile.Read(copy).ShouldBe(records);
        records.Sum(record => record.CalculateSize()).ShouldBe(WandbFile.ReadBytes(Sample).Sum(record => record.Length));
    }

    [Fact]
    public void Append_RecordsOfEverySizeAroundABlock_AreReadBack()
    {
        var path = scratch.Combine("run-a.wandb");
        var sizes = Enumerable.Range(0, 24).Select(more => 32_700 + more).Append(0).Append(100_000).Append(1).ToArray();
        using (var file = WandbFile.Create(path, "a"))
        {
            foreach (var size in sizes)
            {
                file.Append(new Record { History = new() { Item = { new HistoryItem { ValueJson = new string('x', size) } } } });
            }
        }

        var records = WandbFile.Read(path);
        records.Select(record => record.Num).ShouldBe(Enumerable.Range(1, sizes.Length + 1).Select(num => (long)num));
        records.Skip(1).Select(record => record.History.Item[0].ValueJson.Length).ShouldBe(sizes);
        File.ReadAllBytes(path).Length.ShouldBeGreaterThan(24 * 32_700);
    }

    [Fact]
    public void Pieces_BlockWithLessRoomThanAHead_StartsTheNext()
    {
        for (var left = 1; left < 7; left++)
        {
            WandbFile.Pieces([1, 2, 3], 32_768 - left).Length.ShouldBe(left + 7 + 3);
        }

        WandbFile.Pieces([1, 2, 3], 32_768 - 7).Length.ShouldBe(7 + 7 + 3);
    }

    [Fact]
    public void Read_FileCutAnywhere_GivesTheRecordsBefore()
    {
        var bytes = File.ReadAllBytes(Sample);
        var whole = WandbFile.Read(Sample);
        var path = scratch.Combine("cut.wandb");

        for (var length = 7; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var read = WandbFile.Read(path);
            read.ShouldBe(whole.Take(read.Count));
        }
    }

    [Fact]
    public void Read_ChangedByteOrOtherFile_IsAnError()
    {
        var bytes = File.ReadAllBytes(Sample);
        bytes[40] ^= 1;
        var path = scratch.Combine("bad.wandb");
        File.WriteAllBytes(path, bytes);

        Should.Throw<InvalidDataException>(() => WandbFile.Read(path)).Message.ShouldBe($"{path} is damaged at byte 7: a record's checksum or type is wrong.");
        File.WriteAllText(path, "text");
        Should.Throw<InvalidDataException>(() => WandbFile.Read(path)).Message.ShouldBe($"{path} is no run file of W&B: it does not begin with :W&B and version 0.");
    }
}
