namespace Inkstone.Recipes;

/// <summary>The rules that take keys of several sections.</summary>
internal static class BetweenSections
{
    public static void Check(Recipe recipe, Problems problems)
    {
        var (data, tokenizer, optimizer, scheduler, training) = (recipe.Data, recipe.Tokenizer, recipe.Optimizer, recipe.Scheduler, recipe.Training);

        problems.Require(
            scheduler.LrSchedulerType != LrSchedulerType.Polynomial || scheduler.LrEnd < optimizer.LearningRate || optimizer.LearningRate <= 0,
            "scheduler.lr_end", $"below optimizer.learning_rate ({RecipeText.Show(optimizer.LearningRate)}) where scheduler.lr_scheduler_type is polynomial", scheduler.LrEnd,
            "lower it, 1e-7 is usual", "scheduler.lr_scheduler_type", "optimizer.learning_rate");
        problems.Require(
            data.ValidationFile is { Count: > 0 } || data.ValidationSplit != 0 || training.EvalStrategy == IntervalStrategy.No
                || data.TrainFile.Any(Directory.Exists),   // which may have a split of that name
            "data.validation_split", "above 0 where there is no data.validation_file", data.ValidationSplit,
            "hold back some rows, or set training.eval_strategy=no", "training.eval_strategy");
        problems.Require(
            training.TokensPerBatch is null or < 1 || training.TokensPerBatch >= tokenizer.MaxLength,
            "training.tokens_per_batch", $"at least tokenizer.max_length ({tokenizer.MaxLength})", training.TokensPerBatch,
            "a batch has to hold one sequence; 4096 is usual", "tokenizer.max_length");
        problems.Require(
            training.Adversarial == Adversarial.None || recipe.Model.FreezeLayers <= 0,
            "training.adversarial", "none where model.freeze_layers is above 0", training.Adversarial,
            "frozen word embeddings have no gradient to follow", "model.freeze_layers");
        problems.Require(
            training.Adversarial == Adversarial.None || !recipe.Model.FreezeEncoder,
            "training.adversarial", "none where model.freeze_encoder is true", training.Adversarial,
            "frozen word embeddings have no gradient to follow", "model.freeze_encoder");
        problems.Require(
            tokenizer.LongText != LongText.Chunk || data.TextPairColumn is null,
            "tokenizer.long_text", "truncate where data.text_pair_column is given", tokenizer.LongText,
            "chunks are made of single texts", "data.text_pair_column");
    }
}
