using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Tests.Support;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining.Corpus;

public sealed class CorpusCacheTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];
    private readonly string file;

    public CorpusCacheTests() => file = scratch.Write("lines.txt", string.Join('\n', SomeTexts.Texts(400)));

    public void Dispose() => scratch.Dispose();

    private string Cache => scratch.Combine("cache");

    [Fact]
    public void Read_DamagedEnd_IsMadeAgain()
    {
        using var first = Read();
        var path = Directory.GetFiles(Cache).Single();
        var whole = File.ReadAllBytes(path);
        var entries = whole.Length - (8 * (int)(first.Train.Count + first.HeldOut.Count)) - 1024;
        byte[][] damaged =
        [
            .. Enumerable.Range(0, 8).Select(place => Flipped(whole, place)),
            .. Enumerable.Range(0, 100).Select(step => Flipped(whole, whole.Length - 1 - (step * 20))),
            .. Enumerable.Range(1, 40).Select(step => whole[..^(step * 60)]),
            whole[..20], [], [.. whole, 0],
        ];
        entries.ShouldBeGreaterThan(0);

        foreach (var content in damaged)
        {
            File.WriteAllBytes(path, content);
            Should.Throw<InvalidDataException>(() => CorpusFile.Open(path));
        }

        notices.Clear();
        using var again = Read();
        notices.ShouldBe([$"{path} is damaged; the corpus is encoded again."]);
        again.Fingerprint.ShouldBe(first.Fingerprint);
        File.ReadAllBytes(path).ShouldBe(whole);
    }

    /// <summary>Pieces are not read through before a run; an id that the model has no row for must not reach it.</summary>
    [Fact]
    public void Mask_DamagedPiece_IsNoticed()
    {
        using var first = Read();
        var path = Directory.GetFiles(Cache).Single();
        using (var stream = File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.Position = 1000;
            stream.Write([0xFF, 0xFF, 0xFF, 0xFF]);
        }

        using var second = Read();
        var masking = new Masking(new(), SomeTexts.Tokenizer);

        Should.Throw<InvalidDataException>(() => second.Train.Batches(0, 0, 1024).Concat(second.HeldOut.Batches(0, 0, 1024)).Select(batch => masking.Mask(batch, 0)).ToList())
            .Message.ShouldBe($"{path} is damaged; delete it, and it is made again.");
    }

    [Fact]
    public void Mask_FileCutWhileInUse_IsAnException()
    {
        using var corpus = Read();
        using (var stream = File.Open(Directory.GetFiles(Cache).Single(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(500);
        }

        Should.Throw<IOException>(() => corpus.Train.Batches(0, 0, 1024).ToList()).Message.ShouldContain("has become shorter while it was in use");
    }

    /// <summary>The bytes go where none has room.</summary>
    [Fact]
    public void Read_FullDisk_SaysSoAndLeavesNothing()
    {
        Directory.CreateDirectory(Cache);
        var cache = new CorpusCache(Cache, notices.Add, TimeProvider.System, (_, write) =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            write(full);
        });

        var failure = Should.Throw<IOException>(() => Make(cache));

        failure.Message.ShouldStartWith($"{Cache}: the corpus's ids cannot be written (No space left on device");
        failure.Message.ShouldEndWith("; expected room for about two bytes a character. Make room there, or set INKSTONE_CACHE to a folder on another disk.");
        Directory.GetFileSystemEntries(Cache).ShouldBeEmpty();
    }

    /// <summary>The disk takes some of it, then no more.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    [InlineData(20_000)]
    public void Read_DiskThatFills_LeavesNothingHalfDone(int room)
    {
        var cache = new CorpusCache(Cache, notices.Add, TimeProvider.System, (path, write) => AtomicFile.Write(path, stream => write(new NarrowStream(stream, room))));

        Should.Throw<IOException>(() => Make(cache)).Message.ShouldContain("cannot be written (there is no more room)");

        Directory.GetFileSystemEntries(Cache).ShouldBeEmpty();
        using var corpus = Read();   // and the next time there is room
        corpus.Train.Count.ShouldBe(380);
    }

    [Fact]
    public void GetOrMake_MoreThanTheLimit_ForgetsTheLongestUnused()
    {
        var time = new ManualTime();
        var cache = new CorpusCache(Cache, notices.Add, time, limit: 120_000);
        var made = new Dictionary<int, string>();
        foreach (var length in new[] { 64, 65, 66, 64, 67, 68 })   // 64 is used again, so that 65 is the longest unused
        {
            Make(cache, new() { MaxLength = length }).Dispose();
            time.Pass();
            made.TryAdd(length, Directory.GetFiles(Cache).Single(path => !made.ContainsValue(path) || made.GetValueOrDefault(length) == path));
        }

        var size = new FileInfo(made[68]).Length;
        size.ShouldBeInRange(30_001, 39_999);   // three have room
        Directory.GetFiles(Cache).Order().ShouldBe(new[] { made[64], made[67], made[68] }.Order());
    }

    [Fact]
    public void GetOrMake_LeftoversOfKilledRuns_GoAfterADay()
    {
        Directory.CreateDirectory(Cache);
        var (old, fresh, foreign) = (Path.Combine(Cache, ".a.corpus.0123.inkstone-tmp"), Path.Combine(Cache, ".b.corpus.0123.inkstone-tmp"), Path.Combine(Cache, "notes.txt"));
        Array.ForEach([old, fresh, foreign], path => File.WriteAllText(path, "half"));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(old, now.AddDays(-2));
        File.SetLastWriteTimeUtc(foreign, now.AddDays(-2));

        Make(new(Cache, notices.Add, TimeProvider.System), new() { Keep = false }).Dispose();

        Directory.GetFiles(Cache).Order().ShouldBe(new[] { fresh, foreign }.Order());
    }

    [Fact]
    public void Read_FolderThatCannotBeWritten_SaysWhich()
    {
        var folder = scratch.Combine("lines.txt", "cache");

        Should.Throw<IOException>(() => PretrainingCorpus.Read([file], SomeTexts.Tokenizer, new() { CacheFolder = folder }, notices.Add, CancellationToken.None)).Message.ShouldStartWith($"{folder}: the corpus's ids cannot be written (");
    }

    private static byte[] Flipped(byte[] whole, int place)
    {
        var flipped = (byte[])whole.Clone();
        flipped[place] ^= 4;
        return flipped;
    }

    private PretrainingCorpus Read() => PretrainingCorpus.Read([file], SomeTexts.Tokenizer, new() { CacheFolder = Cache }, notices.Add, CancellationToken.None);

    private PretrainingCorpus Make(CorpusCache cache, PretrainingCorpusOptions? options = null)
    {
        options ??= new();
        return PretrainingCorpus.Make(CorpusSource.Of([file], options, CancellationToken.None), SomeTexts.Tokenizer, options, cache, notices.Add, CancellationToken.None);
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => now;

        public void Pass() => now += TimeSpan.FromMinutes(1);
    }

    private sealed class NarrowStream(Stream inner, int room) : MemoryStream
    {
        private int left = room;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            left -= buffer.Length;
            if (left < 0)
            {
                throw new IOException("there is no more room");
            }

            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
