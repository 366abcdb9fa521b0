using Inkstone.Recipes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Recipes;

public sealed class RecipeFileTests : IDisposable
{
    private readonly string installation = Directory.CreateTempSubdirectory("inkstone-recipes-").FullName;

    public RecipeFileTests()
    {
        Directory.CreateDirectory(Path.Combine(installation, "recipes"));
        Directory.CreateDirectory(Path.Combine(installation, "models", "tiny"));
        File.WriteAllText(Path.Combine(installation, "recipes", "sentiment.yaml"), "data: {train_file: data/a.csv, test_file: null}\nmodel: {name_or_path: models/tiny}\n");
    }

    public void Dispose() => Directory.Delete(installation, recursive: true);

    [Fact]
    public void Load_NameOfAShippedRecipe_StartsItsPathsAtTheInstallation()
    {
        var recipe = RecipeReader.Load("sentiment", ["data.test_file=mine.csv"], installation);

        recipe.Data.TrainFile.ShouldBe<FilePaths>(Path.Combine(installation, "data", "a.csv"));
        recipe.Model.NameOrPath.ShouldBe(Path.Combine(installation, "models", "tiny"));
        recipe.Data.TestFile.ShouldBe<FilePaths>(Path.GetFullPath("mine.csv"));
    }

    [Fact]
    public void Read_ListOfFiles_StartsEachPathAtTheFolder() =>
        RecipeReader.Read("data: {train_file: [a.csv, parts/*.jsonl], validation_file: []}\nmodel: {name_or_path: m}\n", "r.yaml", "/数据", [RecipeOverride.Parse("data.validation_file=[/v.csv]")])
            .Data.ShouldBe(new DataOptions { TrainFile = ["/数据/a.csv", "/数据/parts/*.jsonl"], ValidationFile = "/v.csv" });

    [Fact]
    public void Load_PathOfAShippedRecipe_IsTheSame() =>
        RecipeReader.Load(Path.Combine(installation, "recipes", "sentiment.yaml"), (string[])[], installation)
            .ShouldBe(RecipeReader.Load("sentiment", (string[])[], installation));

    [Fact]
    public void Load_ShippedRecipeWithOtherRows_ForgetsItsSample()
    {
        var shipped = RecipeReader.Load("sentiment", (string[])[], Repo.Root);

        var other = RecipeReader.Load("sentiment", ["data.train_file=/mine.csv", "data.test_file=/mine-test.csv"], Repo.Root);

        other.ShouldBe(shipped with { Data = new() { TrainFile = "/mine.csv", TestFile = "/mine-test.csv" } });
    }

    [Fact]
    public void Load_OnesOwnRecipeWithOtherRows_KeepsTheRest()
    {
        var file = Path.Combine(installation, "mine.yaml");
        File.WriteAllText(file, "data: {train_file: /a.csv, test_file: /b.csv}\nmodel: {name_or_path: org/name}\n");

        RecipeReader.Load(file, ["data.train_file=/c.csv"], installation).Data.ShouldBe(new DataOptions { TrainFile = "/c.csv", TestFile = "/b.csv" });
    }

    [Fact]
    public void Read_RelativeBaseFolder_StartsInTheCurrentDirectory() =>
        RecipeReader.Read("data: {train_file: a.csv}\nmodel: {name_or_path: m}\n", "r.yaml", ".", []).Data.TrainFile.ShouldBe<FilePaths>(Path.GetFullPath("a.csv"));

    [Fact]
    public void Load_FileOfOnesOwn_StartsItsPathsInTheCurrentDirectory()
    {
        var file = Path.Combine(installation, "mine.yaml");
        File.WriteAllText(file, "\ufeffdata: {train_file: a.csv}\nmodel: {name_or_path: org/name}\n");

        var recipe = RecipeReader.Load(file, (string[])[], installation);

        recipe.Data.TrainFile.ShouldBe<FilePaths>(Path.GetFullPath("a.csv"));
        recipe.Model.NameOrPath.ShouldBe("org/name");
    }

    [Theory]
    [InlineData("sentimnt", "there is no recipe sentimnt; did you mean sentiment?")]
    [InlineData("zzz", "there is no recipe zzz; give a yaml file or one of sentiment.")]
    [InlineData("no/such.yaml", "there is no recipe no/such.yaml; give a yaml file or one of sentiment.")]
    [InlineData("", "there is no recipe without a name; give a yaml file or one of sentiment.")]
    [InlineData("/", "/ is a folder, not a recipe; give a yaml file or one of sentiment.")]
    public void Load_NoSuchRecipe_SaysWhatThereIs(string name, string expected) =>
        Should.Throw<RecipeException>(() => RecipeReader.Load(name, (string[])[], installation)).Message.ShouldBe(expected);

    [Fact]
    public void Load_NoInstallation_AsksForAFile() =>
        Should.Throw<RecipeException>(() => RecipeReader.Load("sentiment", (string[])[])).Message.ShouldBe("there is no recipe sentiment; give a yaml file.");

    [Fact]
    public void Load_FileThatIsNoUtf8_SaysSo()
    {
        var file = Path.Combine(installation, "gbk.yaml");
        File.WriteAllBytes(file, [0x64, 0xB2, 0xE2, 0xCA, 0xD4]);

        Should.Throw<RecipeException>(() => RecipeReader.Load(file, (string[])[])).Message.ShouldBe($"{file}: the recipe is no UTF-8 text; save it as UTF-8.");
    }

    [Theory]
    [InlineData("sentiment", 2, "f1_macro")]
    [InlineData("emotion", 6, "f1_macro")]
    [InlineData("news", 6, "loss")]
    public void Load_RecipesThatWeShip_AreInOrder(string name, int labels, string metric)
    {
        var recipe = RecipeReader.Load(name, (string[])[], Repo.Root);

        recipe.Data.LabelNames!.Count.ShouldBe(labels);
        recipe.Data.TrainFile.ShouldBe<FilePaths>(Path.Combine(Repo.Root, "data", "samples", name, "train.csv"));
        recipe.Training.MetricForBestModel.ShouldBe(metric);
    }

    [Fact]
    public void Load_EveryFileInRecipes_IsOneOfThoseTested() =>
        Directory.GetFiles(Path.Combine(Repo.Root, "recipes"), "*.yaml").Select(Path.GetFileNameWithoutExtension).Order().ShouldBe(["emotion", "news", "sentiment"]);
}
