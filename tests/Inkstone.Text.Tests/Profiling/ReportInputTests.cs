using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Profiling;

public sealed class ReportInputTests
{
    [Theory]
    [InlineData("a/train.csv", "train")]
    [InlineData("a/usual_eval.json", "eval")]
    [InlineData("Dev-set.tsv", "dev")]
    [InlineData("train-00000-of-00001.parquet", "train")]
    [InlineData("latest.csv", "latest.csv")]
    [InlineData("test/reviews.csv", "reviews.csv")]
    [InlineData("data/validation/", "validation")]
    public void SplitIn_Path_IsTheWordInItsLastPart(string path, string split) => ReportInput.SplitIn(path).ShouldBe(split);

    [Fact]
    public void Of_FolderWithSplits_IsAnInputASplit()
    {
        string hub = Repo.Golden("datasets", "hub"), saved = Repo.Golden("datasets", "save_to_disk");

        Splits([hub]).ShouldBe(["train: train", "validation: validation", "test: test"]);
        Splits([hub, saved]).ShouldBe(
        [
            "hub train: train", "hub validation: validation", "hub test: test",
            "save_to_disk train: train", "save_to_disk validation: validation", "save_to_disk test: test",
        ]);
        Splits([$"mine={hub}", "dev.csv"]).ShouldBe(["mine train: train", "mine validation: validation", "mine test: test", "dev: "]);
        ReportInput.Of([hub], new ReadOptions { Split = "test" }).Select(input => input.Options.Split).ShouldBe(["test"]);

        static IEnumerable<string> Splits(string[] paths) => ReportInput.Of(paths, new ReadOptions()).Select(input => $"{input.Split}: {input.Options.Split}");
    }

    [Theory]
    [InlineData("train.csv dev.csv", "train dev")]
    [InlineData("a_train.csv b_train.csv dev.csv", "a_train.csv b_train.csv dev")]
    [InlineData("a/train.csv b/train.csv", "a/train.csv b/train.csv")]
    [InlineData("old=train.csv new=train2.csv", "old new")]
    [InlineData("a/x=1.csv", "x=1.csv")]
    public void Of_SeveralPaths_NamesThemApart(string paths, string names) =>
        ReportInput.Of(paths.Split(' '), new ReadOptions()).Select(input => input.Split).ShouldBe(names.Split(' '));
}
