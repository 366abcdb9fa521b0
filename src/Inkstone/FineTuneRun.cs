using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Reporting;
using Inkstone.Tracking;
using Inkstone.Training;
using Inkstone.Training.Watching;

namespace Inkstone;

/// <summary>What a run leaves behind.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Training">How training went.</param>
/// <param name="Evaluation">What the judged rows said of the best checkpoint; null where there are none.</param>
/// <param name="Baseline">The same rows said of a linear baseline, and how the two differ; null where there is none.</param>
public sealed record FineTuneResult(string Folder, TrainingResult Training, Evaluation? Evaluation, BesideBaseline? Baseline);

/// <summary>The whole program in one method.</summary>
public static class FineTuneRun
{
    /// <summary>Fine-tunes one classifier, raw files to a judged checkpoint. New here? Read this method, then follow any line.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run's folder; it must not exist, or be empty, unless the run in it shall go on.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the run between two steps; <c>last/</c> then holds the weights so far, and all that is needed to go on.</param>
    /// <param name="resume">Goes on with a run that was interrupted or killed, as if it never had been.</param>
    /// <param name="fold">For cross-validation: which of the training rows to judge by instead of the recipe's other files. A run that goes on knows it by itself.</param>
    /// <param name="alike">Another run of a series, whose data and model a new one must have as well.</param>
    public static FineTuneResult Run(
        Recipe recipe, string outputFolder, IRunObserver observer, TimeProvider time, CancellationToken stop, bool resume = false, Fold? fold = null, string? alike = null)
    {
        recipe.ThrowIfInvalid();                                                           // every mistake at once, before any work
        Precision.ThrowUnlessPossible(recipe.Training);                                    // float16 needs a GPU
        var early = new EarlyNotices(observer.Notice);                                     // said before the records are open
        using var run = resume ? RunFolder.ToResume(outputFolder, recipe) : RunFolder.At(outputFolder, alike);   // runs/<name>: never one that is taken
        fold = run.Fold is { } began ? new(began.Index, began.Count) : fold;               // of a cross-validation
        var model = PretrainedFolder.Open(recipe.Model.NameOrPath);                        // config, tokenizer, weights of an encoder
        using var corpus = TrainingCorpus.Read(recipe, model, EncodedCache.DefaultFolder(), early.Add, time, stop, fold);   // raw files -> cleaned rows -> ids -> train, validation, test
        using var classifier = Classifier.ForTraining(model, recipe, corpus.Labels.Names, early.Add);   // encoder + head
        run.Begin(recipe, RunEnvironment.Describe(recipe, model, corpus.Files, time, fold is null ? null : (fold.Index, fold.Count)), early.Add);   // recipe.yaml, environment.json
        using var from = run.NewestState(early.Add);                                       // where a killed run goes on; null: first step
        corpus.WriteRemoved(run.Removed);                                                  // removed.csv: which rows left, and why
        corpus.WriteTrainTexts(run.TrainTexts);                                            // hashes: which texts were trained on
        using var tracking = RunTracking.Of(recipe, run, from, time, observer.Notice);     // events.jsonl, log.csv, tensorboard/, wandb/
        early.WriteTo(tracking);                                                           // what was said so far belongs into the records, too
        var told = new RunObservers(tracking, observer);
        var watch = Watch.Over(recipe, model.Config.Bert.HiddenSize, corpus.Validation.Count, classifier.Model.Context.Device.IsCuda, told.Notice);   // warns once where something looks wrong
        var trainer = new Trainer(classifier, recipe, run, new RunObservers(told, watch), time);
        var training = trainer.Fit(corpus.Train, corpus.Validation.Documents, from, stop); // batches -> loss -> steps -> best/, last/
        using var best = trainer.BestClassifier();                                         // best/, read back from disk
        var evaluation = Evaluation.OfRun(best, corpus, observer, stop);                   // judged on test rows, or validation rows
        var temperature = Evaluation.Calibrate(best, trainer.BestFolder, corpus, evaluation, stop);   // temperature.json: what makes probabilities mean what they say
        evaluation = evaluation is null ? null : evaluation with { Temperature = temperature };
        evaluation?.Write(run.Evaluation);                                                 // metrics, predictions, confusion, errors
        var baseline = BaselineRun.Beside(evaluation, recipe, corpus, run, observer.Notice, stop);   // baseline/: what character n-grams alone can do
        tracking.Finish(evaluation);                                                       // curves and confusion for TensorBoard, exit for W&B
        run.Finish(time, training);                                                        // the day in environment.json: nothing left to resume
        RunReport.WriteAtEnd(recipe, run.Folder, time, observer.Notice);                   // report.html, README.md: what the run tells its owner
        return new(run.Folder, training, evaluation, baseline);                            // then: inkstone predict --model runs/<name>
    }

    /// <summary>Judges a run that came to its end once more, with the very numbers of its end.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="folder">The run.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="fold">Which part of a cross-validation it is; null for a run of its own.</param>
    /// <exception cref="ResumeException">Data or model is not what the run learnt.</exception>
    public static Evaluation? JudgeAgain(Recipe recipe, string folder, IRunObserver observer, TimeProvider time, CancellationToken stop, Fold? fold = null)
    {
        static void Mute(string notice)
        {
        }

        var model = PretrainedFolder.Open(recipe.Model.NameOrPath);
        using var corpus = TrainingCorpus.Read(recipe, model, EncodedCache.DefaultFolder(), Mute, time, stop, fold);
        RunFolder.ThrowIfOtherThan(folder, RunEnvironment.Describe(recipe, model, corpus.Files, time), Mute);
        using var run = RunFolder.OfFinished(folder);
        if (recipe.Training.LoadBestModelAtEnd && run.DamageOfBest() is { } damaged)
        {
            throw new InvalidCheckpointException(damaged.Path, $"{damaged.Problem}. Move {folder} away, and it is trained again.");
        }

        using var best = Classifier.Load(recipe.Training.LoadBestModelAtEnd ? run.Best : run.Last);
        best.Model.Context.GemmDType = Precision.Choose(recipe.Training.Bf16, model.Config.Bert, best.Model.Context.Device, Mute, recipe.Training.Fp16);
        return Evaluation.OfRun(best, corpus, observer, stop);
    }
}
