namespace Inkstone.Text.Cleaning;

/// <summary>How many texts each step of a cleaner changed. Safe for many threads.</summary>
/// <param name="cleaner">The cleaner whose steps are counted; only it may be given these counts.</param>
public sealed class StepCounts(TextCleaner cleaner)
{
    private readonly IReadOnlyList<string> steps = cleaner.Steps;
    private readonly long[] texts = new long[cleaner.Steps.Count];

    /// <summary>Each step, under its key of <c>data.cleaning</c>, with the number of texts that it changed; in the order of the steps.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Texts => [.. steps.Select((step, i) => KeyValuePair.Create(step, Interlocked.Read(ref texts[i])))];

    internal void Add(int step) => Interlocked.Increment(ref texts[step]);
}
