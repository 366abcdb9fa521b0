using System.Diagnostics;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_NewThenExisting_ReplacesTheWholeFolder(bool canExchange)
    {
        Write("one", canExchange, "a", "deep/b");
        Write("two", canExchange, "a");

        File.ReadAllText(folder["run/best/a"]).ShouldBe("two");
        Directory.Exists(folder["run/best/deep"]).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(folder["run"]).ShouldBe([folder["run/best"]]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_ThrowsHalfWay_KeepsTheOldFolder(bool canExchange)
    {
        Write("old", canExchange, "a");

        Should.Throw<NotSupportedException>(() => AtomicFolder.Write(folder["run/best/"], path =>
        {
            File.WriteAllText(Path.Combine(path, "a"), "new");
            throw new NotSupportedException();
        }, canExchange));

        File.ReadAllText(folder["run/best/a"]).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(folder["run"]).ShouldBe([folder["run/best"]]);
    }

    [Fact]
    public void Delete_Folder_LeavesNothingOfIt()
    {
        Write("old", canExchange: true, "a", "deep/b");

        AtomicFolder.Delete(folder["run/best"]);
        AtomicFolder.Delete(folder["run/best"]);

        Directory.EnumerateFileSystemEntries(folder["run"]).ShouldBeEmpty();
    }

    [Fact]
    public void RemoveLeftovers_OfKilledWriters_GivesNamesBackAndKeepsAllElse()
    {
        Write("old", canExchange: true, "a");
        Directory.Move(folder["run/best"], folder["run/.best.00000000000000000000000000000001.inkstone-old"]);
        Directory.CreateDirectory(folder["run/.best.00000000000000000000000000000002.inkstone-tmp"]);
        File.WriteAllText(folder["run/.a.b.00000000000000000000000000000003.inkstone-tmp"], "half");
        string[] others = [".inkstone-tmp", ".best.inkstone-tmp", ".best.0000000000000000000000000000000X.inkstone-tmp", "00000000000000000000000000000001.inkstone-tmp"];
        Array.ForEach(others, name => File.WriteAllText(folder[$"run/{name}"], "mine"));

        AtomicFolder.RemoveLeftovers(folder["run"]);

        File.ReadAllText(folder["run/best/a"]).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(folder["run"]).Select(path => Path.GetFileName(path)).ShouldBe([.. others, "best"], ignoreOrder: true);
    }

    [Fact]
    public void LockFile_HeldByAnother_IsNotTaken()
    {
        using (var first = LockFile.TryTake(folder["held"]))
        {
            first.ShouldNotBeNull();
            LockFile.TryTake(folder["held"]).ShouldBeNull();
        }

        using var next = LockFile.TryTake(folder["held"]);
        next.ShouldNotBeNull();
    }

    [Fact]
    public async Task LockFile_ReleasedWhileAnotherThreadStartsProcesses_CanBeTakenAgainAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var starting = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Process.Start(new ProcessStartInfo("true") { RedirectStandardOutput = true })!.Dispose();
                }
            },
            TestContext.Current.CancellationToken);

        for (var round = 0; round < 2000; round++)
        {
            using var taken = LockFile.TryTake(folder["held"]);
            taken.ShouldNotBeNull();
        }

        await stop.CancelAsync();
        await starting;
    }

    [Fact]
    public void Write_TwoAtOnce_BothEndWhole()
    {
        AtomicFolder.Write(folder["best"], path =>
        {
            AtomicFolder.Write(folder["best"], inner => File.WriteAllText(Path.Combine(inner, "a"), "inner"));
            File.WriteAllText(Path.Combine(path, "a"), "outer");
        });

        File.ReadAllText(folder["best/a"]).ShouldBe("outer");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["best"]]);
    }

    [Fact]
    public void Recover_SwapInterruptedBetweenItsRenames_BringsTheOldFolderBack()
    {
        var aside = folder[$".best.{new string('a', 32)}.inkstone-old"];
        Directory.CreateDirectory(aside);
        SafetensorsWriter.Write(Path.Combine(aside, "model.safetensors"), [SampleTensors.Of("w", DType.Float32, 3)]);

        using (var weights = CheckpointWeights.Open(folder["best"]))
        {
            weights.Keys.ShouldBe(["w"]);
        }

        AtomicFolder.Recover(folder["best"]).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["best"]]);
    }

    [Fact]
    public void Write_AfterAnInterruptedSwap_CleansUpAndFailsToTheOldFolder()
    {
        var aside = folder[$".best.{new string('a', 32)}.inkstone-old"];
        Directory.CreateDirectory(aside);
        File.WriteAllText(Path.Combine(aside, "a"), "old");
        Directory.CreateDirectory(folder[$".best.{new string('b', 32)}.inkstone-tmp"]);

        Should.Throw<NotSupportedException>(() => AtomicFolder.Write(folder["best"], _ => throw new NotSupportedException()));
        AtomicFolder.Recover(folder["best"]).ShouldBeTrue();
        File.ReadAllText(folder["best/a"]).ShouldBe("old");

        AtomicFolder.Write(folder["best"], path => File.WriteAllText(Path.Combine(path, "a"), "new"));
        File.ReadAllText(folder["best/a"]).ShouldBe("new");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["best"]]);
    }

    [Fact]
    public void Write_LinkInside_StaysALink()
    {
        AtomicFolder.Write(folder["best"], path => File.CreateSymbolicLink(Path.Combine(path, "link"), "nowhere"));

        new FileInfo(folder["best/link"]).LinkTarget.ShouldBe("nowhere");
    }

    [Fact]
    public void Write_WhereAFileIs_SaysSo()
    {
        File.WriteAllText(folder["best"], "");

        Should.Throw<IOException>(() => AtomicFolder.Write(folder["best"], _ => { })).Message
            .ShouldBe($"Cannot write the folder {folder["best"]}: a file has this name.");
    }

    private void Write(string content, bool canExchange, params string[] names) => AtomicFolder.Write(folder["run/best"], path =>
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, name))!);
            File.WriteAllText(Path.Combine(path, name), content);
        }
    }, canExchange);
}
