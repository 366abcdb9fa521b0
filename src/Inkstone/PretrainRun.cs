using Inkstone.Pretraining;
using Inkstone.Recipes;

namespace Inkstone;

/// <summary>What a pre-training run leaves behind.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Model">The model in it.</param>
/// <param name="Training">How it went.</param>
public sealed record PretrainResult(string Folder, string Model, PretrainingResult Training);

/// <summary>Pre-training in one method.</summary>
public static class PretrainRun
{
    /// <summary>Pre-trains one encoder, raw texts to a model folder: it learns to guess words that are hidden from it.</summary>
    /// <param name="options">What to do; of a run that shall go on, <see cref="PretrainFolder.OptionsOf"/>, of which budget and reports may be changed.</param>
    /// <param name="recipe">The recipe that <see cref="PretrainOptions.FromRecipe"/> names; null where it names none.</param>
    /// <param name="outputFolder">The run's folder; it must not exist, or be empty, unless the run in it shall go on.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the run between two steps; <c>last/</c> then holds all that is needed to go on.</param>
    /// <param name="resume">Goes on with a run that was interrupted or killed, as if it never had been.</param>
    public static PretrainResult Run(
        PretrainOptions options, Recipe? recipe, string outputFolder, IPretrainObserver observer, TimeProvider time, CancellationToken stop, bool resume = false)
    {
        options.ThrowIfInvalid();                                                          // every mistake at once, before any work
        using var run = resume ? PretrainFolder.ToResume(outputFolder, options) : PretrainFolder.At(outputFolder);   // never one that is taken
        using var from = run.State();                                                      // where a killed run goes on; null: first step
        var texts = new PretrainTexts(options, recipe, observer.Notice, time, stop);       // raw files, or a recipe's training rows
        var start = from is null ? PretrainStart.Of(options, recipe, texts.Read, observer.Notice, stop) : PretrainStart.At(run.Last);   // shape, vocabulary, weights if there are some
        using var corpus = texts.Encode(start);                                            // texts -> ids on disk -> train, held out
        using var model = MaskedLanguageModel.Create(start, options, observer.Notice);     // encoder + head that guesses words
        run.Begin(options, corpus);                                                        // pretraining.json
        using var log = PretrainLog.Of(options, run, from, observer, time);                // log.csv, tensorboard/
        var training = new Pretrainer(model, options, run, log, time).Fit(corpus, from, stop);   // batches -> masks -> loss -> steps -> last/, model/
        run.Finish(time, training);                                                        // the day in pretraining.json: nothing left to resume
        return new(run.Folder, run.Model, training);                                       // then: inkstone train RECIPE --model DIR
    }
}
