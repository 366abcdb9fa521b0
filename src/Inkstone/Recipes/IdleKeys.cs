namespace Inkstone.Recipes;

/// <summary>Values that a recipe gives, and that its other keys leave nothing to do.</summary>
internal static class IdleKeys
{
    /// <summary>A sentence for each; a value that is the default may not have been given, and is passed over.</summary>
    public static IReadOnlyList<string> Of(Recipe recipe)
    {
        var (tokenizer, model, loss, scheduler, training) = (recipe.Tokenizer, recipe.Model, recipe.Loss, recipe.Scheduler, recipe.Training);
        var isCut = tokenizer.LongText == LongText.Truncate;
        var sideChooses = isCut || (tokenizer.MaxChunks is not null && tokenizer.ChunkSelection == ChunkSelection.Side);
        var isCosine = scheduler.LrSchedulerType is LrSchedulerType.Cosine or LrSchedulerType.CosineWithRestarts;
        var isConstant = scheduler.LrSchedulerType == LrSchedulerType.Constant;
        var isPolynomial = scheduler.LrSchedulerType == LrSchedulerType.Polynomial;
        const string CutTexts = "tokenizer.long_text is truncate, so that every text is one chunk";
        var schedule = $"scheduler.lr_scheduler_type is {RecipeText.Show(scheduler.LrSchedulerType)}";
        var lossName = $"loss.name is {RecipeText.Show(loss.Name)}";
        List<string> idle = [];

        Idle(isCut, "tokenizer.stride", tokenizer.Stride, Defaults.Tokenizer.Stride, CutTexts);
        Idle(isCut, "tokenizer.max_chunks", tokenizer.MaxChunks, null, CutTexts);
        Idle(isCut, "model.aggregation", model.Aggregation, Defaults.Model.Aggregation, CutTexts);
        Idle(isCut && model.Architecture == Architecture.Hierarchical, "model.architecture", model.Architecture, null, $"{CutTexts}, and model.chunk_encoder has nothing to join");
        Idle(!sideChooses, "tokenizer.truncation_side", tokenizer.TruncationSide, Defaults.Tokenizer.TruncationSide, "nothing of a text in chunks is cut, unless tokenizer.max_chunks says so");
        Idle(!isCut || tokenizer.TruncationSide != TruncationSide.Both, "tokenizer.head_tokens", tokenizer.HeadTokens, Defaults.Tokenizer.HeadTokens, "it belongs to tokenizer.truncation_side both with tokenizer.long_text truncate");
        Idle(loss.Name != LossName.Focal, "loss.gamma", loss.Gamma, Defaults.Loss.Gamma, lossName);
        Idle(loss.Name != LossName.LogitAdjusted && !loss.AdjustAtInference, "loss.tau", loss.Tau, Defaults.Loss.Tau, lossName);
        Idle(isConstant && scheduler.WarmupRatio > 0, "scheduler.warmup_ratio", scheduler.WarmupRatio, Defaults.Scheduler.WarmupRatio, $"{schedule}; constant_with_warmup warms up");
        Idle(isConstant && scheduler.WarmupSteps > 0, "scheduler.warmup_steps", scheduler.WarmupSteps, null, $"{schedule}; constant_with_warmup warms up");
        Idle(!isCosine, "scheduler.num_cycles", scheduler.NumCycles, null, schedule);
        Idle(!isPolynomial, "scheduler.power", scheduler.Power, Defaults.Scheduler.Power, schedule);
        Idle(!isPolynomial, "scheduler.lr_end", scheduler.LrEnd, Defaults.Scheduler.LrEnd, schedule);
        Idle(training.EvalStrategy != IntervalStrategy.Steps, "training.eval_steps", training.EvalSteps, null, $"training.eval_strategy is {RecipeText.Show(training.EvalStrategy)}");
        Idle(training.SaveStrategy != IntervalStrategy.Steps, "training.save_steps", training.SaveSteps, null, $"training.save_strategy is {RecipeText.Show(training.SaveStrategy)}");
        Idle(training.Adversarial == Adversarial.None, "training.adversarial_epsilon", training.AdversarialEpsilon, Defaults.Training.AdversarialEpsilon, "training.adversarial is none");
        Idle(training.Adversarial != Adversarial.Pgd, "training.adversarial_alpha", training.AdversarialAlpha, Defaults.Training.AdversarialAlpha, "it belongs to training.adversarial pgd");
        Idle(training.Adversarial != Adversarial.Pgd, "training.adversarial_steps", training.AdversarialSteps, Defaults.Training.AdversarialSteps, "it belongs to training.adversarial pgd");
        return idle;

        void Idle(bool isIdle, string key, object? value, object? byDefault, string because)
        {
            if (isIdle && !Equals(value, byDefault))
            {
                idle.Add($"{key}={RecipeText.Show(value)} has no effect: {because}.");
            }
        }
    }

    private static Recipe Defaults { get; } = new();
}
