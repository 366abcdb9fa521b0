using Inkstone.Preparing;
using Inkstone.Tests.Support;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class TrainingTextsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Seen_RowsOfAFile_AreThoseWhoseCleanedTextsWereWritten()
    {
        var path = folder.Combine(TrainingTexts.FileName);
        TrainingTexts.Write(path, [TextHash.Of("好"), TextHash.Of("问", "答"), TextHash.Of("好")]);
        var cleaner = TextCleaner.For(new CleaningOptions { Normalize = TextNormalization.Nfkc }.Resolve());

        var seen = TrainingTexts.Seen([Row("好"), Row("问"), Row("问", "答"), Row("坏")], cleaner, path);

        seen.ShouldBe([true, false, true, false]);
        new FileInfo(path).Length.ShouldBe(48);
    }

    [Fact]
    public void Seen_CutFile_IsToldNotTrusted()
    {
        var path = folder.Combine(TrainingTexts.FileName);
        File.WriteAllBytes(path, new byte[17]);

        Should.Throw<InvalidDataException>(() => TrainingTexts.Seen([Row("好")], TextCleaner.Identity, path)).Message.ShouldContain("is damaged");
    }

    [Fact]
    public void FileOf_CheckpointOfARun_IsTheRuns()
    {
        var best = Directory.CreateDirectory(folder.Combine("best")).FullName;
        TrainingTexts.FileOf(best).ShouldBeNull();

        TrainingTexts.Write(folder.Combine(TrainingTexts.FileName), []);

        TrainingTexts.FileOf(best).ShouldBe(folder.Combine(TrainingTexts.FileName));
        TrainingTexts.FileOf(folder.Combine("")).ShouldNotBeNull();
    }

    private static Row Row(string text, string? pair = null) => new() { Text = text, TextPair = pair, File = "a.csv", Line = 2 };
}
