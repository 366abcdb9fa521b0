using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Tracking.TensorBoard;
using Inkstone.Tracking.Wandb;

namespace Inkstone.Tracking;

/// <summary>Writes a run's numbers for every reader that <c>tracking.report_to</c> names, and <c>events.jsonl</c> always.</summary>
/// <remarks>
/// Whatever stops a record from being written (a full disk above all) never stops the run: it is told once for each reader,
/// and the next record is tried again.
/// </remarks>
public sealed class RunTracking : IRunObserver, IDisposable
{
    private readonly IReadOnlyList<ITracker> trackers;
    private readonly Action<string> notice;
    private readonly HashSet<ITracker> failed = [];
    private long step;

    internal RunTracking(IReadOnlyList<ITracker> trackers, Action<string> notice, long step = 0)
    {
        this.trackers = trackers;
        this.notice = notice;
        this.step = step;
    }

    /// <summary>Begins the records of a new run.</summary>
    /// <param name="recipe">Names the readers; its text is in the records.</param>
    /// <param name="run">Where they lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Told where a record cannot be written.</param>
    /// <exception cref="IOException">The disk refuses the first bytes already.</exception>
    public static RunTracking Begin(Recipe recipe, RunFolder run, TimeProvider time, Action<string> notice) =>
        new(Open(recipe, run, time, null, false), notice);

    /// <summary>Goes on with the records of a run that is resumed after <paramref name="step"/>; what they say of later steps is taken back.</summary>
    /// <remarks>
    /// <c>log.csv</c>, <c>events.jsonl</c> and the W&amp;B run lose their later records, and one that a kill cut. TensorBoard's
    /// files stay: a new one begins with the session start that makes TensorBoard drop everything that will come again.
    /// A W&amp;B run that was uploaded meanwhile stays as it is and a new one begins.
    /// </remarks>
    /// <inheritdoc cref="Begin"/>
    public static RunTracking Continue(Recipe recipe, RunFolder run, long step, TimeProvider time, Action<string> notice) =>
        Continue(recipe, run, step, evaluationPending: false, time, notice);

    internal static RunTracking Continue(Recipe recipe, RunFolder run, long step, bool evaluationPending, TimeProvider time, Action<string> notice) =>
        new(Open(recipe, run, time, step, evaluationPending), notice, step);

    /// <summary>Begins the records of a run, or goes on with those of one that is resumed.</summary>
    /// <param name="recipe">Names the readers; its text is in the records.</param>
    /// <param name="run">Where they lie.</param>
    /// <param name="from">Where the run goes on; null with its first step.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Told where a record cannot be written.</param>
    /// <exception cref="IOException">The disk refuses the first bytes already.</exception>
    public static RunTracking Of(Recipe recipe, RunFolder run, TrainingState? from, TimeProvider time, Action<string> notice) =>
        new(Open(recipe, run, time, run.Resumes ? from?.Step ?? 0 : null, from?.EvaluationPending ?? false), notice, from?.Step ?? 0);

    /// <summary>Ends the records of a run that came to its end.</summary>
    /// <param name="evaluation">What the judged rows said of the checkpoint that the run keeps; null where there are none.</param>
    public void Finish(Evaluation? evaluation) => Tell(tracker => tracker.Finish(step, evaluation));

    /// <inheritdoc/>
    public void Notice(string message) => Tell(tracker => tracker.Notice(message));

    /// <inheritdoc/>
    public void StepDone(StepRecord record)
    {
        step = record.Step;
        Tell(tracker => tracker.StepDone(record));
    }

    /// <inheritdoc/>
    public void StepLogged(StepRecord record) => Tell(tracker => tracker.StepLogged(record));

    /// <inheritdoc/>
    public void EvaluationProgress(string split, int done, int total) => Tell(tracker => tracker.EvaluationProgress(split, done, total));

    /// <inheritdoc/>
    public void Evaluated(EvaluationRecord record) => Tell(tracker => tracker.Evaluated(record));

    /// <summary>Closes the files; without <see cref="Finish"/> before, they say that the run did not come to its end.</summary>
    public void Dispose() => Tell(tracker => tracker.Dispose());

    private static List<ITracker> Open(Recipe recipe, RunFolder run, TimeProvider time, long? after, bool evaluationPending)
    {
        var trackers = new List<ITracker>();
        try
        {
            trackers.Add(new EventLog(run.Events, time, after, evaluationPending));
            foreach (var name in recipe.Tracking.ReportTo.Where(name => name != Tracker.None))
            {
                trackers.Add(name switch
                {
                    Tracker.Csv => new CsvLog(run.Log, after, evaluationPending),
                    Tracker.Tensorboard => new TensorBoardLog(run.TensorBoard, recipe, time, after, evaluationPending),
                    Tracker.Wandb => new WandbLog(run, recipe, time, after, evaluationPending),
                    _ => throw new InvalidOperationException($"No such tracker: {name}."),
                });
            }

            return trackers;
        }
        catch
        {
            trackers.ForEach(tracker => tracker.Dispose());
            throw;
        }
    }

    private void Tell(Action<ITracker> what)
    {
        foreach (var tracker in trackers)
        {
            try
            {
                what(tracker);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (failed.Add(tracker))
                {
                    notice($"{tracker.Name} cannot be written: {e.Message} The run goes on; what happens until it can be written again is missing there.");
                }
            }
        }
    }
}
