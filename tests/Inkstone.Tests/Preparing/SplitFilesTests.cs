using Inkstone.Preparing;
using Inkstone.Recipes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class SplitFilesTests
{
    private static readonly string Saved = Repo.Golden("datasets", "save_to_disk");

    [Fact]
    public void Read_FolderWithSplits_TakesEachWhereItBelongsAndItsLabelOrder()
    {
        var notices = new List<string>();

        using var corpus = SomeReviews.Read(RecipeOf(new() { TrainFile = Saved, Cleaning = new() { DropDuplicates = false } }), null, notices.Add);

        (corpus.Train.Count, corpus.Validation.Count, corpus.Test.Count).ShouldBe((300, 50, 50));
        corpus.Labels.Names.ShouldBe(["neg", "pos"]);
        notices.ShouldContain($"{Saved} (validation): taken from the training rows' folder, as data.validation_file names nothing else; data.validation_file=[] leaves it out.");
        notices.ShouldContain($"{Saved} (test): taken from the training rows' folder, as data.test_file names nothing else; data.test_file=[] leaves it out.");
    }

    [Fact]
    public void Of_TheRecipesOwnFiles_GoBeforeTheFolders()
    {
        var data = new DataOptions { TrainFile = Saved, ValidationFile = "/v.csv", TestFile = Repo.Golden("datasets", "hub") };

        SplitFiles.TrainOf(data).Files.ShouldBe([Path.Combine(Saved, "train", "data-00000-of-00001.arrow")]);
        SplitFiles.ValidationOf(data)!.Files.ShouldBe(["/v.csv"]);
        SplitFiles.TestOf(data)!.Files.ShouldBe([Repo.Golden("datasets", "hub", "data", "test-00000-of-00001.parquet")]);
    }

    [Fact]
    public void Of_EmptyList_LeavesTheFoldersSplitOut()
    {
        var data = new DataOptions { TrainFile = Saved, ValidationFile = [], TestFile = [] };

        SplitFiles.ValidationOf(data).ShouldBeNull();
        SplitFiles.TestOf(data).ShouldBeNull();
    }

    [Fact]
    public void Of_OneFile_KnowsNoOtherSplits()
    {
        var data = new DataOptions { TrainFile = Repo.Golden("datasets", "csv-train.csv") };

        SplitFiles.TrainOf(data).Split.ShouldBeNull();
        SplitFiles.ValidationOf(data).ShouldBeNull();
        SplitFiles.TestOf(data).ShouldBeNull();
    }

    [Fact]
    public void Read_WithCondition_FiltersBeforeAnythingElse()
    {
        var data = new DataOptions { TrainFile = Saved, Where = "label = 1", Cleaning = new() { DropDuplicates = false } };

        var rows = LabelledRows.Open(SplitFiles.TrainOf(data), data).Read().ToList();

        rows.Count.ShouldBeInRange(1, 299);
        rows.ShouldAllBe(row => row.Label == "pos");
    }

    private static Recipe RecipeOf(DataOptions data) => new() { Data = data, Model = new() { NameOrPath = "m" } };
}
