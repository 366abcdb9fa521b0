namespace Inkstone.Pretraining;

/// <summary>A step of pre-training, or the mean over a few of them.</summary>
/// <param name="Step">1-based.</param>
/// <param name="Share">What is spent of the run's steps, epochs or hours, 0 to 1.</param>
/// <param name="Epoch">Passes over the corpus so far, with their fraction.</param>
/// <param name="Loss">Mean over the hidden tokens.</param>
/// <param name="GradNorm">Norm of the gradients before clipping, of this step.</param>
/// <param name="LearningRate">Used by this step.</param>
/// <param name="Tokens">Tokens trained on so far.</param>
/// <param name="TokensPerSecond">In steps; judging and saving left out.</param>
/// <param name="Elapsed">Since the run began, judging and saving included, time between its processes left out.</param>
/// <param name="Left">Until its end, by what it took so far; null where nothing tells.</param>
public sealed record PretrainRecord(
    long Step, double Share, double Epoch, double Loss, double GradNorm, double LearningRate, long Tokens, double TokensPerSecond, TimeSpan Elapsed, TimeSpan? Left);

/// <summary>Whoever wants to know how pre-training goes.</summary>
public interface IPretrainObserver
{
    /// <summary>A sentence for the person who started the run.</summary>
    void Notice(string message);

    /// <summary>A step is done.</summary>
    void StepDone(PretrainRecord record);

    /// <summary>A record that belongs into the log.</summary>
    void StepLogged(PretrainRecord record);

    /// <summary>The held-out texts were looked at.</summary>
    void Judged(PretrainRecord record, HeldOutScore score);
}
