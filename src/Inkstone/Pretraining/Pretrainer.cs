using System.Globalization;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Optim;
using Inkstone.Training;

namespace Inkstone.Pretraining;

/// <summary>How a pre-training ended.</summary>
/// <param name="Steps">Optimizer steps made.</param>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="TokensPerSecond">In steps.</param>
/// <param name="Hours">All of it.</param>
/// <param name="HeldOut">What the held-out texts said at the end; null where there are none.</param>
public sealed record PretrainingResult(long Steps, long Tokens, double TokensPerSecond, double Hours, HeldOutScore? HeldOut);

/// <summary>Trains a model on a corpus: epochs of steps, with looks at the held-out texts and saves between them.</summary>
internal sealed class Pretrainer(MaskedLanguageModel model, PretrainOptions options, PretrainFolder run, IPretrainObserver observer, TimeProvider time)
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-6;

    private const int MasksAhead = 1;

    /// <summary>Trains until the budget is spent.</summary>
    /// <param name="corpus">Texts to learn from, and to judge by.</param>
    /// <param name="from">Where an earlier process of the run was; null for the beginning.</param>
    /// <param name="stop">Ends it between two steps.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for: all to go on with is saved.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradients are no numbers any more.</exception>
    public PretrainingResult Fit(PretrainingCorpus corpus, TrainingState? from, CancellationToken stop)
    {
        var stepsPerEpoch = corpus.Train.BatchCount(options.BatchTokens);
        var budget = new PretrainBudget(options, stepsPerEpoch);
        var masking = new Masking(options.MaskingOptions, model.Tokenizer);
        var heldOut = new HeldOut(corpus.HeldOut, model.Tokenizer);
        var dropout = model.Context.Dropout;
        (dropout.Seed, dropout.Enabled) = ((ulong)options.Seed, true);
        using var optimizer = Optimizer();
        var trainingStep = new PretrainStep(model.Network, model.Context, optimizer);
        var clock = new PretrainClock(time);
        var (step, lossSum, unlogged) = (from?.Step ?? 0, 0.0, 0);
        PretrainRecord? latest = null;
        HeldOutScore? score = null;
        var (warm, pending, judged) = (false, from?.EvaluationPending ?? false, -1L);
        if (from is not null)
        {
            Keep(from);
            observer.Notice(string.Create(CultureInfo.InvariantCulture, $"Resuming after step {step}, from {from.Folder}."));
        }
        else
        {
            if (run.Resumes)
            {
                observer.Notice("The run had not come to its first save, so it begins anew.");
            }

            if (options.KeepOptimizer)
            {
                using var earlier = TrainingState.Open(PretrainFolder.WeightsOf(options.Model!));
                OptimizerState.Keep(optimizer, earlier);
            }
        }

        var lastSave = clock.Elapsed;
        try
        {
            if (pending)
            {
                score = Judge();
            }

            while (budget.Share(step, clock.Elapsed) is var share and < 1)
            {
                var epoch = (int)(step / stepsPerEpoch);
                var batches = corpus.Train.Batches(options.Seed, epoch, options.BatchTokens, (int)(step % stepsPerEpoch));
                foreach (var batch in Prefetch.InOrder(batches, batch => masking.Mask(batch, options.Seed), MasksAhead))
                {
                    stop.ThrowIfCancellationRequested();
                    share = budget.Share(step, clock.Elapsed);
                    if (share >= 1)
                    {
                        break;
                    }

                    Step(batch, share);
                    if (step % options.EvalSteps == 0)
                    {
                        score = Judge();
                    }

                    if (step % options.SaveSteps == 0 || clock.Elapsed - lastSave >= TimeSpan.FromMinutes(options.SaveMinutes))
                    {
                        Save();
                    }
                }
            }

            if (latest is not null && judged != step)
            {
                score = Judge();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }

        Log();
        Save();
        return new(step, clock.Tokens, clock.TokensPerSecond, clock.Elapsed.TotalHours, score);

        void Step(MaskedBatch batch, double share)
        {
            warm |= share >= options.WarmupRatio;   // for good, even where the budget becomes longer and the share smaller
            optimizer.ScaleLearningRates(options.Curve.Factor(share, warm));
            var result = clock.Time(() => trainingStep.Run(batch, step));
            FreedMemory.Tidy();
            step++;
            if (!result.IsFinite)
            {
                throw Diverged(step, result);
            }

            var spent = budget.Share(step, clock.Elapsed);
            latest = new(
                step, Math.Min(1, spent), (double)step / stepsPerEpoch, result.Loss, result.GradNorm, optimizer.Groups[0].LearningRate,
                clock.Tokens, clock.TokensPerSecond, clock.Elapsed, spent > 0 ? clock.Elapsed * Math.Max(0, (1 / spent) - 1) : null);
            observer.StepDone(latest);
            lossSum += result.Loss;
            if (++unlogged >= options.LoggingSteps)
            {
                Log();
            }
        }

        void Log()
        {
            if (unlogged > 0)
            {
                observer.StepLogged(latest! with { Loss = lossSum / unlogged });
                (lossSum, unlogged) = (0, 0);
            }
        }

        HeldOutScore? Judge()
        {
            if (heldOut.IsEmpty)
            {
                return null;
            }

            pending = true;   // until it is done: a stop meanwhile leaves it to the run that goes on
            var found = heldOut.Judge(model.Network, model.Context, stop);
            (pending, judged) = (false, step);
            observer.Judged(latest!, found);
            return found;
        }

        void Save()
        {
            var state = TrainingState.New(step, pending);
            Keep(state);
            model.Save(run.Last, DType.Float32, folder =>
            {
                state.Write(folder, withTensors: true);
                Checksums.Write(folder);
            });
            model.Save(run.Model, options.SaveDtype);
            lastSave = clock.Elapsed;
        }

        void Keep(TrainingState state)
        {
            var decays = options.Curve.IsDecaying(budget.Share(step, clock.Elapsed));
            state.Keep(PretrainFolder.Decays, ref decays);
            state.Keep("warm", ref warm);
            state.Keep(PretrainLog.JudgedStep, ref judged);
            clock.Keep(state);
            state.Keep("unlogged_loss_sum", ref lossSum);
            state.Keep(PretrainLog.StepsSinceRow, ref unlogged);
            state.Keep("latest", ref latest);
            state.Keep("score", ref score);
            OptimizerState.Keep(optimizer, state);
        }
    }

    private static TrainingFailedException Diverged(long step, PretrainStepResult result) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Step {step} gave loss {result.Loss} and gradient norm {result.GradNorm}; the weights were not changed by it, and what was saved before stays. Usually --learning-rate is too high: try a third of it."));

    private AdamW Optimizer()
    {
        var rate = options.LearningRate ?? (options.StartsAnew ? 1e-3 : 1e-4);
        NamedParameter[] trained = [.. model.Trained];
        return new(
            [
                new("decay", [.. trained.Where(Decays)], rate, options.WeightDecay),
                new("no decay", [.. trained.Where(parameter => !Decays(parameter))], rate, 0),
            ],
            Beta1, Beta2, Epsilon);
    }

    // Positions beyond --max-length get no gradient, and would be worn off.
    internal static bool Decays(NamedParameter parameter) => parameter.Value.Dim > 1 && !parameter.Name.EndsWith(".position_embeddings.weight", StringComparison.Ordinal);
}
