namespace Inkstone.Recipes;

/// <summary>Everything that decides a run: a YAML file's sections, one record each. Equal recipes are equal records.</summary>
/// <remarks>
/// A property is its key in PascalCase, letter by letter (<c>optimizer.learning_rate</c> is <c>Optimizer.LearningRate</c>); keys have
/// Hugging Face's names where it has one. <see cref="RecipeReader"/> reads and checks a file, <see cref="RecipeWriter"/> writes one.
/// </remarks>
public sealed record Recipe
{
    /// <summary>Which rows, and how they are cleaned and split.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>How texts become token ids.</summary>
    public TokenizerOptions Tokenizer { get; init; } = new();

    /// <summary>Which encoder and head.</summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>What is minimised.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How weights move.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>How the learning rate changes over the steps.</summary>
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary>Epochs, batches, precision, evaluation and checkpoints.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>What is reported of the finished classifier.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>Where the numbers of a run are written.</summary>
    public TrackingOptions Tracking { get; init; } = new();

    /// <summary>
    /// Most tokens whose activations a training step keeps: <c>training.tokens_per_batch</c>, or as many as a batch of texts of one chunk each
    /// can have, and 4 096 in any case. Longer documents go through the encoder in parts.
    /// </summary>
    internal int MostTokensAtOnce => Training.TokensPerBatch ?? (int)Math.Clamp((long)Training.PerDeviceTrainBatchSize * Tokenizer.MaxLength, 4096, int.MaxValue);

    /// <summary>Every rule that this recipe breaks; empty if it can be run. Files are not touched.</summary>
    public IReadOnlyList<RecipeProblem> FindProblems() =>
        [.. Check().Found.Select(problem => new RecipeProblem(null, problem.Key, problem.Message))];

    /// <summary>For recipes built in code: <see cref="RecipeReader"/> has checked those that it returns.</summary>
    /// <exception cref="RecipeException">At least one rule is broken.</exception>
    public void ThrowIfInvalid()
    {
        if (FindProblems() is { Count: > 0 } problems)
        {
            throw new RecipeException(problems);
        }
    }

    internal Problems Check()
    {
        var problems = new Problems();
        Data.Check(problems);
        Tokenizer.Check(problems);
        Model.Check(problems);
        Loss.Check(problems);
        Optimizer.Check(problems);
        Scheduler.Check(problems);
        Training.Check(problems);
        Tracking.Check(problems);
        BetweenSections.Check(this, problems);
        NotYetAvailable.Check(this, problems);
        return problems;
    }
}
