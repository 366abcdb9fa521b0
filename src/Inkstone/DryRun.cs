using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Predicting;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Training;
using Inkstone.Training.Watching;

namespace Inkstone;

/// <summary>What a run would take, from a few steps of it.</summary>
/// <param name="TrainRows">Rows to learn from.</param>
/// <param name="ValidationRows">Rows to choose by.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="SecondsPerStep">Mean of the steps that were timed, for a step of mean length.</param>
/// <param name="Evaluations">How often the validation rows would be evaluated.</param>
/// <param name="ExpectedSeconds">Steps and evaluations together, if nothing stops early; reading, saving and the last evaluation are not in it.</param>
/// <param name="Checkpoints">Checkpoint folders that would be left, <c>best/</c> and <c>last/</c> among them.</param>
/// <param name="DiskBytes">What they would take.</param>
public sealed record DryRunResult(
    int TrainRows, int ValidationRows, long Steps, double SecondsPerStep, long Evaluations, double ExpectedSeconds, long Checkpoints, long DiskBytes);

/// <summary>Reads data and model, and makes a few steps whose weights nobody keeps: nothing is written.</summary>
public static class DryRun
{
    private const int TimedSteps = 3;

    /// <summary>Measures what a run of this recipe would take.</summary>
    /// <param name="recipe">What would be done.</param>
    /// <param name="notice">Told what a run would tell before its first step.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="fold">Which part of a cross-validation the run would be; null for a run of its own.</param>
    public static DryRunResult Run(Recipe recipe, Action<string> notice, TimeProvider time, CancellationToken stop, Fold? fold = null)
    {
        recipe.ThrowIfInvalid();
        Precision.ThrowUnlessPossible(recipe.Training);
        var source = PretrainedFolder.Open(recipe.Model.NameOrPath);
        using var corpus = TrainingCorpus.Read(recipe, source, cacheFolder: null, notice, time, stop, fold);
        using var classifier = Classifier.ForTraining(source, recipe, corpus.Labels.Names, notice);
        var (train, validation) = (corpus.Train, corpus.Validation.Documents);
        _ = Watch.Over(recipe, source.Config.Bert.HiddenSize, validation.Count, classifier.Model.Context.Device.IsCuda, notice);
        var balance = new ClassBalance(train, classifier.LabelNames);
        notice(balance.Notice(recipe));
        if (Switches.Notice(recipe) is { } switches)
        {
            notice(switches);
        }

        ParameterGroups.FreezeLowest(classifier.Model, recipe.Model.FreezeLayers);
        var plan = new StepPlan(train, recipe.Training, stop);
        foreach (var warning in plan.Warnings(recipe.Scheduler))
        {
            notice(warning);
        }

        var tokens = plan.Steps(0).Average(step => TokensOf(train, step)) * plan.TotalSteps;   // all epochs see the same rows, or as many
        var secondsPerToken = SecondsPerTrainedToken(classifier, recipe, balance, train, plan, time, stop);
        var evaluations = validation.Count == 0 ? 0 : Times(recipe.Training.EvalStrategy, recipe.Training.EvalSteps, plan);
        var evaluation = evaluations == 0 ? 0 : SecondsOfEvaluation(classifier, recipe, validation, time, stop);
        var checkpoints = KeptCheckpoints(recipe.Training, plan);
        return new(
            train.Count, validation.Count, plan.TotalSteps, secondsPerToken * tokens / plan.TotalSteps, evaluations,
            (secondsPerToken * tokens) + (evaluations * evaluation), checkpoints + 2, DiskBytes(classifier, recipe.Training, checkpoints));
    }

    /// <summary>The step of most tokens comes first: it warms up, and shows the most memory that a step takes.</summary>
    private static double SecondsPerTrainedToken(
        Classifier classifier, Recipe recipe, ClassBalance balance, EncodedRows train, StepPlan plan, TimeProvider time, CancellationToken stop)
    {
        var model = classifier.Model;
        using var loss = new DocumentLoss(recipe.Loss, balance.Counts, model.Context.Device);
        using var average = MovingAverage.For(model, recipe.Training);
        using var optimizer = new Torch.Optim.AdamW(ParameterGroups.Create(model, recipe.Optimizer));
        optimizer.ScaleLearningRates(0);   // gradients as ever, and weights that stay
        var step = new TrainingStep(
            model, loss, optimizer, recipe.Optimizer.MaxGradNorm, BatchPlacement.For(model.Context.Device, recipe.Training.PinMemory), recipe.Training,
            mostTokens: recipe.MostTokensAtOnce);
        model.Context.Dropout.Seed = (ulong)recipe.Training.Seed;
        model.Context.Dropout.Enabled = true;
        var first = plan.Steps(0).ToList();
        Make(first.MaxBy(rows => TokensOf(train, rows))!);

        long tokens = 0;
        var began = time.GetTimestamp();
        foreach (var rows in first.Take(TimedSteps))
        {
            tokens += Make(rows);
        }

        model.Context.Dropout.Enabled = false;
        return time.GetElapsedTime(began).TotalSeconds / tokens;

        long Make(int[][] rows)
        {
            stop.ThrowIfCancellationRequested();
            var result = step.Run(Array.ConvertAll(rows, batch => LabelledBatch.Of(train, batch)));
            if (!result.IsSkipped)
            {
                TrainingFailedException.ThrowIfNotFinite(result, 0, rows, train, lastGood: null);
            }

            average?.Update(1);
            return TokensOf(train, rows);
        }
    }

    private static double SecondsOfEvaluation(Classifier classifier, Recipe recipe, EncodedRows validation, TimeProvider time, CancellationToken stop)
    {
        var batch = validation.Take(recipe.Training.PerDeviceEvalBatchSize).ToList();
        var began = time.GetTimestamp();
        LogitsReader.Read(classifier, batch, batch.Count, null, null, stop);
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        return seconds * validation.TokenCounts.Sum(count => (long)count) / validation.TokenCounts.Take(batch.Count).Sum(count => (long)count);
    }

    private static long TokensOf(EncodedRows rows, int[][] step) => step.Sum(batch => batch.Sum(row => (long)rows.TokenCounts[row]));

    private static long Times(IntervalStrategy strategy, int? interval, StepPlan plan) => strategy switch
    {
        IntervalStrategy.Steps => (plan.TotalSteps + interval!.Value - 1) / interval.Value,   // and once at the end
        IntervalStrategy.Epoch => plan.Epochs,
        _ => 0,
    };

    private static long KeptCheckpoints(TrainingOptions options, StepPlan plan) =>
        Math.Min(Times(options.SaveStrategy, options.SaveSteps, plan), options.SaveTotalLimit ?? long.MaxValue);

    /// <summary>Weights in float32; checkpoints to resume from hold two moments of each trained weight too, and its average where there is one.</summary>
    private static long DiskBytes(Classifier classifier, TrainingOptions options, long checkpoints)
    {
        var weights = classifier.Model.NamedParameters().Sum(parameter => parameter.Value.NumElements) * sizeof(float);
        var trained = classifier.Model.NamedParameters().Where(parameter => parameter.Value.RequiresGrad).Sum(parameter => parameter.Value.NumElements) * sizeof(float);
        var state = options.SaveOnlyModel ? 0 : trained * (options.EmaDecay is null ? 2 : 3);
        return (weights * (checkpoints + 2)) + (state * checkpoints);
    }
}
