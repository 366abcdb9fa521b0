using Inkstone.Preparing;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class EncodedCacheTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];
    private int made;

    public void Dispose() => scratch.Dispose();

    private string Folder => scratch.Combine("cache", "encoded");

    [Fact]
    public void GetOrMake_SecondTime_MakesNothingAndGivesTheSame()
    {
        var cache = Cache();
        using var first = cache.GetOrMake("key", Make);
        using var second = cache.GetOrMake("key", Make);

        made.ShouldBe(1);
        ShouldBeSame(second, first);
        notices.ShouldBeEmpty();
        Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).ShouldBe(["key.rows"]);
    }

    /// <summary>Every bit of the first bytes, then one here and there; cut short anywhere; with something behind.</summary>
    [Fact]
    public void GetOrMake_DamagedFile_IsMadeAgain()
    {
        var cache = Cache();
        using var first = cache.GetOrMake("key", Make);
        var path = Path.Combine(Folder, "key.rows");
        var whole = File.ReadAllBytes(path);
        var damaged = Enumerable.Range(0, 200 * 8).Select(bit => Flipped(whole, bit / 8, bit % 8))
            .Concat(Enumerable.Range(0, 120).Select(place => Flipped(whole, 200 + ((whole.Length - 201) * place / 119), place % 8)))
            .Concat(Enumerable.Range(0, 60).Select(place => whole[..((whole.Length - 1) * place / 59)]))
            .Append([.. whole, 0]).ToList();

        foreach (var content in damaged)
        {
            File.WriteAllBytes(path, content);
            Should.Throw<InvalidDataException>(() => EncodedFileFormat.Read(path));
        }

        using var again = cache.GetOrMake("key", Make);
        made.ShouldBe(2);
        ShouldBeSame(again, first);
        notices.ShouldBe([$"{path} is damaged; the rows are encoded again."]);
        File.ReadAllBytes(path).ShouldBe(whole);
    }

    [Theory]
    [InlineData("file/below")]
    [InlineData("/proc/no-such-folder")]
    public void GetOrMake_FolderThatCannotBeWritten_SaysSoOnceAndGoesOn(string folder)
    {
        scratch.Write("file", "");
        var cache = new EncodedCache(Path.Combine(scratch.Path, folder), notices.Add, TimeProvider.System);

        using var one = cache.GetOrMake("one", Make);
        using var two = cache.GetOrMake("two", Make);

        made.ShouldBe(2);
        notices.Count.ShouldBe(1);
        notices[0].ShouldStartWith("Encoded rows are not kept for the next run (");
        notices[0].ShouldEndWith("); set INKSTONE_CACHE to another folder, or data.cache=false.");
    }

    [Fact]
    public void GetOrMake_DiskThatFillsUp_SaysSoAndLeavesNothing()
    {
        var cache = new EncodedCache(Folder, notices.Add, TimeProvider.System, write: (path, write) => Inkstone.Torch.Serialization.AtomicFile.Write(path, stream =>
        {
            write(new MemoryStream());
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));

        using var file = cache.GetOrMake("key", Make);

        file.Rows.Count.ShouldBe(44);
        notices.ShouldBe(["Encoded rows are not kept for the next run (No space left on device); set INKSTONE_CACHE to another folder, or data.cache=false."]);
        Directory.GetFileSystemEntries(Folder).ShouldBeEmpty();
    }

    [Fact]
    public void GetOrMake_MoreThanTheLimit_RemovesWhatWasUsedLongestAgo()
    {
        using var probe = Cache().GetOrMake("probe", Make);
        var length = new FileInfo(Path.Combine(Folder, "probe.rows")).Length;
        File.Delete(Path.Combine(Folder, "probe.rows"));
        var time = new Clock();
        var cache = new EncodedCache(Folder, notices.Add, time, limit: (length * 5) / 2);

        Get("old", -3);
        Get("older", -5);
        Get("old", 0);          // used again
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "mine");
        Get("new", 1);
        Get("newest", 2);

        Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ShouldBe(["new.rows", "newest.rows", "notes.txt"]);

        void Get(string key, int hour)
        {
            time.Now = DateTimeOffset.UnixEpoch.AddYears(50).AddHours(hour);
            cache.GetOrMake(key, Make).Dispose();
            File.SetLastWriteTimeUtc(Path.Combine(Folder, key + ".rows"), time.Now.UtcDateTime);
        }
    }

    [Fact]
    public void GetOrMake_FileLargerThanTheLimit_IsNotWritten()
    {
        using var file = new EncodedCache(Folder, notices.Add, TimeProvider.System, limit: 100).GetOrMake("key", Make);

        notices.Single().ShouldStartWith("Encoded rows are not kept for the next run: they are more than the cache holds");
        Directory.Exists(Folder).ShouldBeFalse();
    }

    [Fact]
    public void GetOrMake_ManyAtOnce_AllGetTheSame()
    {
        using var first = Make();

        Parallel.For(0, 16, _ =>
        {
            using var file = new EncodedCache(Folder, _ => { }, TimeProvider.System).GetOrMake("key", Make);
            ShouldBeSame(file, first);
        });

        Directory.GetFileSystemEntries(Folder).Select(file => Path.GetFileName(file)).ShouldBe(["key.rows"]);
    }

    [Fact]
    public void GetOrMake_FileThatGoesAwayWhileInUse_IsStillThere()
    {
        using var first = Cache().GetOrMake("key", Make);
        using var mapped = Cache().GetOrMake("key", Make);

        File.Delete(Path.Combine(Folder, "key.rows"));

        ShouldBeSame(mapped, first);
    }

    /// <summary>What is said, written and learnt from does not depend on where the ids come from.</summary>
    [Fact]
    public void Read_FromTheCache_SaysAndGivesWhatTheFirstReadingDid()
    {
        var recipe = SomeReviews.RecipeOf(scratch.Write("reviews.csv", SomeReviews.Csv()), "data.validation_split=0.2");
        var (fresh, cached) = (new List<string>(), new List<string>());
        using var first = SomeReviews.Read(recipe, Folder, fresh.Add);
        using var second = SomeReviews.Read(recipe, Folder, cached.Add);
        first.WriteRemoved(scratch.Combine("first.csv"));
        second.WriteRemoved(scratch.Combine("second.csv"));

        cached.ShouldBe(fresh);
        File.ReadAllText(scratch.Combine("second.csv")).ShouldBe(File.ReadAllText(scratch.Combine("first.csv")));
        second.Train.LabelIds.ShouldBe(first.Train.LabelIds);
        second.Train.Select(document => document.Chunks[0].InputIds).ShouldBe(first.Train.Select(document => document.Chunks[0].InputIds));
        second.Validation.Rows.Select(row => row.Text).ShouldBe(first.Validation.Rows.Select(row => row.Text));
        Directory.GetFiles(Folder).Length.ShouldBe(1);
    }

    private EncodedCache Cache() => new(Folder, notices.Add, TimeProvider.System);

    private EncodedFile Make()
    {
        Interlocked.Increment(ref made);
        var file = scratch.Combine("made.csv");
        lock (notices)
        {
            if (!File.Exists(file))
            {
                File.WriteAllText(file, SomeReviews.Csv());
            }
        }

        return new EncodingPass(SomeReviews.Encoder, new(), 1).Run(LabelledRows.Open(new([file], null), SomeReviews.RecipeOf(file).Data), default);
    }

    private static byte[] Flipped(byte[] content, int place, int bit)
    {
        var copy = content.ToArray();
        copy[place] ^= (byte)(1 << bit);
        return copy;
    }

    private static void ShouldBeSame(EncodedFile actual, EncodedFile expected)
    {
        actual.Header.Files.ShouldBe(expected.Header.Files);
        actual.Header.Labels.ShouldBe(expected.Header.Labels);
        actual.Rows.Count.ShouldBe(expected.Rows.Count);
        for (var row = 0; row < expected.Rows.Count; row++)
        {
            actual.Rows[row].ShouldBe(expected.Rows[row]);
            actual.Documents.Read(actual.Rows[row].Offset).Chunks[0].InputIds.ShouldBe(expected.Documents.Read(expected.Rows[row].Offset).Chunks[0].InputIds);
        }
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
