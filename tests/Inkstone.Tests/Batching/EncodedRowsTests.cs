using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Batching;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Batching;

public sealed class EncodedRowsTests
{
    private static readonly EncodedDocument[] Documents =
    [
        TestDocuments.OfLength(5), TestDocuments.OfLength(300, variant: 1), TestDocuments.OfChunks([11, 12], [11, 40, 41, 12]),
        TestDocuments.OfOneChunk([11, 7, 12, 8, 9, 12], [0, 0, 0, 1, 1, 1]),
    ];

    /// <summary>Ids of either width, chunks, pairs, spans and counts: all comes back.</summary>
    [Fact]
    public void Codec_AnyDocument_ComesBackAsItWas()
    {
        var chunks =
            from length in Gen.Choose(1, 200)
            from ids in Gen.Choose(0, ushort.MaxValue).ArrayOf(length)
            from types in Gen.Choose(-1, length)
            from start in Gen.Choose(0, 1 << 20)
            from span in Gen.Choose(0, 5000)
            select new EncodedChunk(ids, types < 0 ? null : [.. Enumerable.Range(0, length).Select(place => place >= types ? 1 : 0)], start, start + span, null);
        var documents =
            from some in chunks.ArrayOf().Where(some => some.Length > 0)
            from tokens in Gen.Choose(0, 1 << 24)
            from truncated in Gen.Choose(0, 1)
            from wide in Gen.Choose(0, 1)
            select (Document: new EncodedDocument(some, tokens, truncated == 1), Wide: wide == 1);

        Prop.ForAll(documents.ToArbitrary(), given =>
        {
            var bytes = new ArrayBufferWriter<byte>();
            DocumentCodec.Write(given.Document, given.Wide, bytes);

            var read = DocumentCodec.Read(bytes.WrittenSpan[DocumentCodec.PrefixLength..], given.Wide);

            ShouldBeSame(read, given.Document);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(21128, false)]
    [InlineData(65536, false)]
    [InlineData(65537, true)]
    public void NeedsWideIds_Vocabulary_IsWhereTwoBytesEnd(int size, bool expected)
    {
        DocumentCodec.NeedsWideIds(size).ShouldBe(expected);
        var last = new EncodedDocument([new([0, size - 1], null, 0, 0, null)], 2, false);
        var bytes = new ArrayBufferWriter<byte>();

        DocumentCodec.Write(last, expected, bytes);

        ShouldBeSame(DocumentCodec.Read(bytes.WrittenSpan[DocumentCodec.PrefixLength..], expected), last);
    }

    [Fact]
    public void Write_IdThatTwoBytesDoNotHold_Throws() =>
        Should.Throw<OverflowException>(() => DocumentCodec.Write(new([new([65536], null, 0, 0, null)], 1, false), wideIds: false, new()));

    [Fact]
    public void Of_Documents_GivesThemBackWithCountsClassesAndPlaces()
    {
        var rows = EncodedRows.Of(Documents.Select((document, row) => (document, row % 3)), "made.csv");

        rows.Count.ShouldBe(4);
        rows.TokenCounts.ShouldBe([5, 300, 6, 6]);
        rows.LabelIds.ShouldBe([0, 1, 2, 0]);
        rows.Source(2).ShouldBe("made.csv:3");
        for (var row = 0; row < rows.Count; row++)
        {
            ShouldBeSame(rows[row], Documents[row]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Load_AnyNumberOfWorkers_PacksWhatTheStepsSay(int workers)
    {
        var rows = TestDocuments.RowsOfLengths(Enumerable.Range(4, 60));
        int[][][] steps = [.. Enumerable.Range(0, 20).Select(step => new[] { new[] { step, step + 20 }, [step + 40, step, step] })];

        var loaded = new BatchLoader(rows, workers).Load(steps).ToList();

        loaded.Select(step => step.Rows).ShouldBe(steps);
        foreach (var step in loaded)
        {
            foreach (var (batch, numbers) in step.Batches.Zip(step.Rows))
            {
                batch.LabelIds.ShouldBe(numbers.Select(row => row % 2));
                batch.Tokens.ChunkLengths.ShouldBe(numbers.Select(row => row + 4));
                batch.Tokens.InputIds.ShouldBe(numbers.SelectMany(row => rows[row].Chunks[0].InputIds).Select(id => (long)id));
            }
        }
    }

    [Fact]
    public void Tokens_UnevenChunks_CountTheRectangleAroundThem()
    {
        var tokens = new PackedTokens(Documents);

        tokens.TokenCount.ShouldBe(317);
        tokens.SlotCount.ShouldBe(5 * 300);
        new Inkstone.Training.StepResult(0, 0, 4, tokens.TokenCount, tokens.SlotCount).PaddingShare.ShouldBe(1 - (317 / 1500.0), 1e-12);
    }

    [Fact]
    public void Place_Processor_NeverPins()
    {
        BatchPlacement.For(Device.Cpu, pinMemory: true).Pins.ShouldBeFalse();
        BatchPlacement.For(Device.Cuda(), pinMemory: null).Pins.ShouldBeTrue();
        BatchPlacement.For(Device.Cuda(), pinMemory: false).Pins.ShouldBeFalse();
    }

    [Fact]
    public void Place_Gpu_GoesByWayOfPinnedMemoryAndArrivesWhole()
    {
        Assert.SkipUnless(Inkstone.Checkpoints.ComputeDevice.Default.IsCuda, "no GPU here: pinned memory and copies beside the computing were not tried");
        using var scope = TensorScope.New();

        var batch = new PackedBatch(new PackedTokens(Documents), BatchPlacement.For(Device.Cuda(), pinMemory: null));

        batch.InputIds.Device.IsCuda.ShouldBeTrue();
        batch.InputIds.ToArray<long>().ShouldBe(new PackedBatch(Documents, Device.Cpu).InputIds.ToArray<long>());
    }

    private static void ShouldBeSame(EncodedDocument actual, EncodedDocument expected)
    {
        (actual.TokenCount, actual.Truncated, actual.Chunks.Count).ShouldBe((expected.TokenCount, expected.Truncated, expected.Chunks.Count));
        foreach (var (left, right) in actual.Chunks.Zip(expected.Chunks))
        {
            left.InputIds.ShouldBe(right.InputIds);
            left.TokenTypeIds.ShouldBe(right.TokenTypeIds);
            (left.Start, left.End).ShouldBe((right.Start, right.End));
        }
    }
}
