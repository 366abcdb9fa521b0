using Inkstone.Batching;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class ClassBalanceTests
{
    private static readonly ClassBalance TwoOfThree = new(TestDocuments.RowsOfLengths(5, 6, 7), ["neg", "neu", "pos"]);

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("loss.class_weights=balanced", "loss.class_weights=balanced")]
    [InlineData("loss.class_weights=[1, 2, 3]", "loss.class_weights=[1, 2, 3]")]
    [InlineData("loss.name=focal", "loss.name=focal (gamma 2)")]
    [InlineData("loss.name=logit_adjusted", "loss.name=logit_adjusted (tau 1)")]
    [InlineData("loss={adjust_at_inference: true, tau: 0.5}", "loss.adjust_at_inference (tau 0.5)")]
    [InlineData("training.sampler=weighted", "training.sampler=weighted")]
    [InlineData("loss={class_weights: effective, name: focal, gamma: 1}", "loss.class_weights=effective, loss.name=focal (gamma 1); they add up, and one is usually enough")]
    public void Notice_NamesCountsAndCountermeasures(string set, string measures)
    {
        var recipe = TestRecipe.Of(["data.train_file=a.csv", "model.name_or_path=m", .. set.Length == 0 ? Array.Empty<string>() : [set]]);

        TwoOfThree.Notice(recipe).ShouldBe($"Training rows: neg 2, neu 1, pos 0. Against imbalance: {measures}.");
    }

    [Fact]
    public void Notice_ManyClasses_StaysOneLine() =>
        new ClassBalance(EncodedRows.None, [.. Enumerable.Range(0, 20).Select(id => FormattableString.Invariant($"c{id}"))]).Notice(new())
            .ShouldEndWith("c11 0 and 8 more classes. Against imbalance: nothing.");

    [Fact]
    public void ThrowUnlessWeighable_ClassWithoutARow_NamesItAndTheWayOut()
    {
        TwoOfThree.ThrowUnlessWeighable(ClassWeights.None);
        TwoOfThree.ThrowUnlessWeighable(ClassWeights.Given([1, 1, 1]));

        Should.Throw<RecipeException>(() => TwoOfThree.ThrowUnlessWeighable(ClassWeights.Balanced)).Message.ShouldBe(
            "loss.class_weights=balanced needs a training row of each class, but there is none of pos; add rows, leave the class out of data.label_names, or list the weights.");
        Should.Throw<RecipeException>(() => TwoOfThree.ThrowUnlessWeighable(ClassWeights.Effective));
    }
}
