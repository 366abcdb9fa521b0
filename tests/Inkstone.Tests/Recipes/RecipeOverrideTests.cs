using Inkstone.Recipes;
using Shouldly;
using Xunit;
using static Inkstone.Tests.Recipes.RecipeYaml;

namespace Inkstone.Tests.Recipes;

public sealed class RecipeOverrideTests
{
    [Fact]
    public void Read_Override_GoesBeforeTheFile() =>
        Read(Required + "training: {seed: 1, logging_steps: 5}", "training.seed=2").Training.ShouldBe(new TrainingOptions { Seed = 2, LoggingSteps = 5 });

    [Fact]
    public void Read_TwoOverridesOfOneKey_TakesTheLater() =>
        Read(Required, "training.seed=2", "training.seed=3").Training.Seed.ShouldBe(3);

    [Fact]
    public void Read_OverrideOfASection_LeavesItsOtherKeys() =>
        Read(Required + "loss: {tau: 2}", "loss={gamma: 1}").Loss.ShouldBe(new LossOptions { Gamma = 1, Tau = 2 });

    [Fact]
    public void Read_OverrideOfANestedKey_IsTaken() =>
        Read(Required, "data.cleaning.min_characters=2").Data.Cleaning.MinCharacters.ShouldBe(2);

    [Fact]
    public void Read_ValueWithEqualsSign_KeepsIt() =>
        Read(Required, "tracking.run_name=a=b").Tracking.RunName.ShouldBe("a=b");

    [Theory]
    [InlineData("optimizer.learning_rate", "--set optimizer.learning_rate: an override must be key=value; write it like optimizer.learning_rate=3e-5.")]
    [InlineData("=3", "--set =3: an override must be key=value; write it like optimizer.learning_rate=3e-5.")]
    [InlineData("learning_rate=3e-5", "--set learning_rate=3e-5: learning_rate is no section of a recipe; the key stands in a section: optimizer.learning_rate.")]
    [InlineData("loss.gama=1", "--set loss.gama=1: loss.gama is no key of a recipe; did you mean loss.gamma?")]
    [InlineData("loss=focal", "--set loss=focal: loss must be a section with keys, but is focal; its keys are name, class_weights, gamma, tau, label_smoothing, adjust_at_inference.")]
    [InlineData("loss.gamma.x=1", "--set loss.gamma.x=1: loss.gamma must be a number, but is {x: 1}; use 2, the default, if in doubt.")]
    [InlineData("loss.class_weights=*a", "--set loss.class_weights=*a: anchors (&), aliases (*) and tags (!) are not read in a recipe; write the value out.")]
    public void Read_WrongOverride_NamesIt(string set, string expected) => ProblemsOfSet(set).ShouldBe([expected]);

    [Fact]
    public void Read_OverrideThatIsNoYaml_NamesIt() =>
        ProblemsOfSet("loss.class_weights=[1, 2").ShouldHaveSingleItem().ShouldStartWith("--set loss.class_weights=[1, 2: this is no YAML: ");

    [Fact]
    public void FromOption_PathWithYamlCharacters_StaysAPath()
    {
        var recipe = RecipeReader.Read(Required, "r.yaml", "/base", [RecipeOverride.FromOption("--train-file", "data.train_file", "/a: b #1 [x].csv")]);

        recipe.Data.TrainFile.ShouldBe<FilePaths>("/a: b #1 [x].csv");
    }

    [Fact]
    public void FromOption_Empty_NamesTheOption() =>
        Should.Throw<RecipeException>(() => RecipeReader.Read(Required, "r.yaml", "/base", [RecipeOverride.FromOption("--model", "model.name_or_path", "")]))
            .Problems[0].ToString().ShouldBe("--model: model.name_or_path must be a model folder or a hub name, but is empty; set it in the recipe or with --model.");
}
