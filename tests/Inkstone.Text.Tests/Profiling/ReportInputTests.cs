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

    [Theory]
    [InlineData("train.csv dev.csv", "train dev")]
    [InlineData("a_train.csv b_train.csv dev.csv", "a_train.csv b_train.csv dev")]
    [InlineData("a/train.csv b/train.csv", "a/train.csv b/train.csv")]
    [InlineData("old=train.csv new=train2.csv", "old new")]
    [InlineData("a/x=1.csv", "x=1.csv")]
    public void Of_SeveralPaths_NamesThemApart(string paths, string names) =>
        ReportInput.Of(paths.Split(' '), new ReadOptions()).Select(input => input.Split).ShouldBe(names.Split(' '));
}
