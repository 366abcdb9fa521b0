using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Losses;
using Inkstone.Predicting;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Schedules;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Tracking;

namespace Inkstone.Training;

/// <summary>How a training ended.</summary>
/// <param name="BestFolder">The checkpoint to use.</param>
/// <param name="Metric">Name of the metric that chose it; null where nothing was evaluated.</param>
/// <param name="Value">Its value.</param>
/// <param name="Steps">Optimizer steps made.</param>
/// <param name="Seconds">Spent on steps; evaluating and saving left out.</param>
/// <param name="SamplesPerSecond">Rows a second of these.</param>
/// <param name="TokensPerSecond">Tokens a second of these, none of them padding.</param>
public sealed record TrainingResult(
    string BestFolder, string? Metric, double? Value, long Steps, double Seconds, double SamplesPerSecond, double TokensPerSecond);

/// <summary>Fits a classifier to rows: epochs of steps, evaluations and checkpoints between them.</summary>
/// <remarks>
/// A step that float16 makes overflow is skipped, and counts as a step of the run, though not of the schedule: the next one has the
/// learning rate that the skipped one had, as in Hugging Face's Trainer. The optimizer, a moving average and the weights do not see it.
/// </remarks>
public sealed class Trainer(Classifier classifier, Recipe recipe, RunFolder run, IRunObserver observer, TimeProvider time)
{
    private readonly TrainingOptions options = recipe.Training;
    private readonly TrainingClock clock = new(time);
    private readonly CheckpointKeeper checkpoints = new(classifier, run, recipe.Training);
    private readonly BestSoFar best = new(recipe.Training);

    /// <summary>Trains until the planned steps are made, or until the metric has stopped improving.</summary>
    /// <param name="train">Rows to learn from.</param>
    /// <param name="validation">Rows to choose by.</param>
    /// <param name="from">Where an earlier process of the run was; null for the beginning.</param>
    /// <param name="stop">Ends training between two steps, or in an evaluation.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for: <c>last/</c> holds the weights so far, and all to go on with.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradients are no numbers any more.</exception>
    public TrainingResult Fit(EncodedRows train, EncodedRows validation, TrainingState? from, CancellationToken stop)
    {
        var model = classifier.Model;
        ParameterGroups.FreezeLowest(model, recipe.Model.FreezeLayers);
        var plan = new StepPlan(train, options, stop);
        foreach (var warning in plan.Warnings(recipe.Scheduler))
        {
            observer.Notice(warning);
        }

        var schedule = new LearningRateSchedule(recipe.Scheduler, recipe.Optimizer.LearningRate, plan.TotalSteps);
        var balance = new ClassBalance(train, classifier.LabelNames);
        observer.Notice(balance.Notice(recipe));
        if (Switches.Notice(recipe) is { } switches)
        {
            observer.Notice(switches);
        }

        if (recipe.Loss.AdjustAtInference)
        {
            classifier.AdjustLogits(LogPrior.Of(balance.Counts, recipe.Loss.Tau));
        }

        if (from is not null)
        {
            classifier.LoadWeights(from.Folder!);
        }

        using var average = MovingAverage.For(model, options);
        using var loss = new DocumentLoss(recipe.Loss, balance.Counts, model.Context.Device);
        using var optimizer = AdamWFor(ParameterGroups.Create(model, recipe.Optimizer));
        var trainingStep = new TrainingStep(
            model, loss, optimizer, recipe.Optimizer.MaxGradNorm, BatchPlacement.For(model.Context.Device, options.PinMemory), options, mostTokens: recipe.MostTokensAtOnce);
        var loader = new BatchLoader(train, options.DataloaderNumWorkers ?? 1);
        if (options.PinMemory == true && !model.Context.Device.IsCuda)
        {
            observer.Notice("training.pin_memory has no effect: batches go to no GPU.");
        }

        var scaling = trainingStep.Scaler is { } scaler ? new LossScaling(scaler, observer) : null;
        var log = new StepLog(observer, clock, options.LoggingSteps, plan.TotalSteps, trainingStep.Scaler);

        model.Context.Dropout.Seed = (ulong)options.Seed;
        model.Context.Dropout.Enabled = true;
        var step = from?.Step ?? 0;
        var evaluationPending = from?.EvaluationPending ?? false;
        if (from is not null)
        {
            Keep(from);
            checkpoints.TakeOver(plan.EpochAfter(step), step);
            if (best.Value is not null && run.DamageOfBest() is { } damaged)
            {
                var isOver = step == plan.TotalSteps || best.HasStoppedImproving;
                observer.Notice($"Warning: {damaged.Path} {damaged.Problem}; the best weights so far are lost, and {(isOver ? "those after the last step take their place" : "the next evaluation counts as the best again")}.");
                best.Forget();
            }
        }

        try
        {
            if (evaluationPending)
            {
                EvaluateAndSave();
            }

            for (var epoch = plan.EpochAfter(step); step < plan.TotalSteps && !best.HasStoppedImproving; epoch++)
            {
                var stepsBefore = plan.StepsBefore(epoch);
                foreach (var loaded in loader.Load(plan.Steps(epoch, from: (int)(step - stepsBefore))))
                {
                    stop.ThrowIfCancellationRequested();
                    optimizer.ScaleLearningRates(schedule.Factor(step - (trainingStep.Scaler?.SkippedSteps ?? 0)));
                    var result = clock.Time(() => trainingStep.Run(loaded.Batches));
                    step++;
                    if (result.IsSkipped)
                    {
                        scaling!.Skipped(step, loaded.Rows, train, LastGood());
                    }
                    else
                    {
                        TrainingFailedException.ThrowIfNotFinite(result, step, loaded.Rows, train, LastGood());
                        average?.Update(step);
                    }

                    log.Add(
                        step, plan.EpochsAfter(epoch, (int)(step - stepsBefore)), plan.StepsBefore(epoch + 1) - step,
                        result, optimizer.Groups.Max(group => group.LearningRate));
                    if (epoch == 0 && step == plan.StepsOf(0))
                    {
                        observer.Notice(clock.PaddingNotice(attentionPads: model.Context.Device.IsCuda));
                    }

                    FreedMemory.Tidy();
                    EvaluateAndSave();
                    if (best.HasStoppedImproving)
                    {
                        break;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            checkpoints.SaveLast(State(), isOver: false);
            throw;
        }

        scaling?.Sum(step);
        model.Context.Dropout.Enabled = false;
        using (average?.InPlaceOfWeights())
        {
            checkpoints.SaveLast(State(), isOver: true);
            if (best.Value is null)
            {
                checkpoints.SaveBest();
            }
        }

        if (options.SwaCheckpoints is { } newest && validation.Count > 0)
        {
            JudgeMeanOf([.. checkpoints.Kept.TakeLast(newest)], validation, step, log.Epoch, stop);
        }

        return new(run.Best, best.Metric, best.Value, step, clock.Seconds, clock.SamplesPerSecond, clock.TokensPerSecond);

        // What is due after a step. A state that is saved in here already knows of the evaluation, so that no resumed run makes it twice.
        void EvaluateAndSave()
        {
            var epoch = plan.EpochAfter(step - 1);
            var endsEpoch = step == plan.StepsBefore(epoch + 1);
            var endsRun = step == plan.TotalSteps;
            if (IsDue(options.EvalStrategy, options.EvalSteps, step, endsEpoch, endsRun) && validation.Count > 0)
            {
                evaluationPending = true;
                using var averaged = average?.InPlaceOfWeights();
                var metrics = Evaluate("validation", validation, step, log.Epoch, stop);
                evaluationPending = false;
                SaveIfBest(metrics);
            }

            if (best.HasStoppedImproving && !endsRun)
            {
                log.Flush();
                observer.Notice(best.WhyStopped(step));
            }

            if (IsDue(options.SaveStrategy, options.SaveSteps, step, endsEpoch, endsRun))
            {
                checkpoints.Save(plan.IsWhole(epoch) ? epoch + 1 : null, step, State());
            }
        }

        TrainingState State()
        {
            var state = TrainingState.New(step, evaluationPending);
            Keep(state);
            return state;
        }

        // Everything that the next step depends on, beside weights, recipe and data.
        void Keep(TrainingState state)
        {
            clock.Keep(state);
            best.Keep(state);
            log.Keep(state);
            trainingStep.Keep(state);
            average?.Keep(state);
            OptimizerState.Keep(optimizer, state);
        }
    }

    /// <summary>Where <see cref="BestClassifier"/> is read from.</summary>
    public string BestFolder => options.LoadBestModelAtEnd ? run.Best : run.Last;

    /// <summary>
    /// The checkpoint to judge and to use, in the precision of training: the best one, read back from disk, or with
    /// <c>load_best_model_at_end=false</c> the last. Yours to dispose.
    /// </summary>
    /// <exception cref="InvalidCheckpointException">It is not what was written, in a run that another process began.</exception>
    public Classifier BestClassifier()
    {
        if (options.LoadBestModelAtEnd && run.Resumes && run.DamageOfBest() is { } damaged)
        {
            throw new InvalidCheckpointException(damaged.Path, $"{damaged.Problem}. The weights after the last step are in {run.Last}; to judge these, call inkstone test with them.");
        }

        if (!options.LoadBestModelAtEnd && best.Value is not null)
        {
            observer.Notice($"Judged are the weights after the last step, {run.Last} (training.load_best_model_at_end=false); inkstone predict --model {run.Folder} takes best/, the best by {best.Metric}.");
        }

        var judged = Classifier.Load(BestFolder, classifier.Model.Context.Device);
        judged.Model.Context.GemmDType = classifier.Model.Context.GemmDType;
        return judged;
    }

    private bool SaveIfBest(ClassificationMetrics metrics)
    {
        var isBest = best.Take(metrics);
        if (isBest)
        {
            checkpoints.SaveBest();
        }

        return isBest;
    }

    private void JudgeMeanOf(IReadOnlyList<string> folders, EncodedRows validation, long step, double epoch, CancellationToken stop)
    {
        if (folders.Count < 2)
        {
            observer.Notice("training.swa_checkpoints has no effect: the run has saved fewer than two checkpoints.");
            return;
        }

        CheckpointMean.Load(classifier.Model, folders);
        observer.Notice($"Mean of {string.Join(", ", folders.Select(folder => Path.GetFileName(folder)))} (training.swa_checkpoints):");
        var before = best.Value;
        var metrics = Evaluate("validation (mean of checkpoints)", validation, step, epoch, stop);
        observer.Notice(BestSoFar.WhatBecameOfMean(options.MetricForBestModel, metrics, before, isKept: SaveIfBest(metrics)));
    }

    private string? LastGood() => checkpoints.Kept.LastOrDefault() ?? (best.Value is not null ? run.Best : Directory.Exists(run.Last) ? run.Last : null);

    private ClassificationMetrics Evaluate(string split, EncodedRows rows, long step, double epoch, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var done = 0;
        var scores = LogitsReader.Read(
            classifier,
            rows,
            options.PerDeviceEvalBatchSize,
            options.TokensPerBatch,
            count => observer.EvaluationProgress(split, done += count, rows.Count),
            stop);
        var metrics = ClassificationMetrics.Compute(
            [.. rows.LabelIds], Array.ConvertAll(scores, score => score.Document), classifier.LabelNames);

        var seconds = time.GetElapsedTime(began).TotalSeconds;
        var tokens = rows.TokenCounts.Sum(count => (long)count);
        observer.Evaluated(new(step, epoch, split, metrics, rows.Count / seconds, tokens / seconds, seconds));
        return metrics;
    }

    private AdamW AdamWFor(IReadOnlyList<ParameterGroup> groups) => new(
        groups, recipe.Optimizer.AdamBeta1, recipe.Optimizer.AdamBeta2, recipe.Optimizer.AdamEpsilon);

    private static bool IsDue(IntervalStrategy strategy, int? interval, long step, bool endsEpoch, bool endsRun) => strategy switch
    {
        IntervalStrategy.No => false,
        IntervalStrategy.Epoch => endsEpoch,
        IntervalStrategy.Steps => step % interval!.Value == 0 || endsRun,
        _ => throw new InvalidOperationException($"No such strategy: {strategy}."),
    };
}
