namespace Inkstone.Tracking;

/// <summary>
/// Which of a run's records stay when it goes on after a step: read in order, all up to the first that will come again, be it of a later
/// step, of the evaluation behind this one, or of what follows training.
/// </summary>
/// <param name="step">The step to go on after.</param>
/// <param name="evaluationPending">Whether the evaluation behind it will be made again.</param>
internal sealed class KeptRecords(long step, bool evaluationPending)
{
    private bool isOver;

    /// <summary>Whether the next record stays.</summary>
    /// <param name="of">Its step.</param>
    /// <param name="tags">The names of its numbers, texts and images.</param>
    public bool Take(long of, IReadOnlyCollection<string> tags)
    {
        isOver = isOver || of > step
            || (of == step && ((evaluationPending && tags.Contains(TrackedNumbers.OfEveryEvaluation)) || tags.Any(TrackedNumbers.FollowsTraining)));
        return !isOver;
    }
}
