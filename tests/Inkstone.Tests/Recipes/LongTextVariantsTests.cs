using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Recipes;

public sealed class LongTextVariantsTests
{
    [Fact]
    public void Of_ARecipe_ChangesNothingButHowTextsAreCut()
    {
        var recipe = TestRecipe.Of("data.train_file=x.csv", "model.name_or_path=m", "tokenizer.max_length=64", "tokenizer.stride=16", "model.aggregation=max", "training.seed=5");

        var variants = LongTextVariants.Of(recipe);

        variants.Select(variant => variant.Name).ShouldBe(["head", "tail", "head+tail", "chunk"]);
        variants.Select(variant => (variant.Recipe.Tokenizer.LongText, variant.Recipe.Tokenizer.TruncationSide)).ShouldBe(
        [
            (LongText.Truncate, TruncationSide.Right), (LongText.Truncate, TruncationSide.Left), (LongText.Truncate, TruncationSide.Both), (LongText.Chunk, TruncationSide.Right),
        ]);
        variants.Select(variant => variant.Recipe with { Tokenizer = recipe.Tokenizer }).ShouldBe(Enumerable.Repeat(recipe, 4));
        variants.ShouldAllBe(variant => variant.Recipe.FindProblems().Count == 0);
        variants[2].Recipe.Tokenizer.HeadTokens.ShouldBe(15, "128 do not fit: a quarter of the room");
    }

    [Fact]
    public void Of_HeadTokensThatFit_KeepsThem() =>
        LongTextVariants.Of(TestRecipe.Of("data.train_file=x.csv", "model.name_or_path=m", "tokenizer.max_length=512"))[2].Recipe.Tokenizer.HeadTokens.ShouldBe(128);
}
