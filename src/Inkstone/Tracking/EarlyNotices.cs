namespace Inkstone.Tracking;

/// <summary>What is told before a run's records are open: at once, and for them later.</summary>
/// <param name="notice">Told at once.</param>
internal sealed class EarlyNotices(Action<string> notice)
{
    private readonly List<string> told = [];

    /// <summary>Tells a sentence.</summary>
    public void Add(string message)
    {
        told.Add(message);
        notice(message);
    }

    /// <summary>Hands over what was told so far.</summary>
    public void WriteTo(IRunObserver records) => told.ForEach(records.Notice);
}
