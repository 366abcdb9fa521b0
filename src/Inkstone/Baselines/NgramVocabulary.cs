namespace Inkstone.Baselines;

/// <summary>The n-grams that are features, and how rare each is.</summary>
internal sealed class NgramVocabulary
{
    /// <summary>Different n-grams that are counted at a time; beyond, the rarest so far are forgotten (Manku and Motwani 2002).</summary>
    private const int MostCounted = (1 << 21) - 1;   // the table then has four million slots, 50 MB

    private readonly NgramTable ids;

    /// <summary>Takes a vocabulary over.</summary>
    /// <param name="ngrams">A feature each, ascending.</param>
    /// <param name="inverseDocumentFrequencies">Of each feature: <c>1 + ln((1 + texts) / (1 + texts that have it))</c>.</param>
    /// <param name="longest">Characters of the longest n-gram.</param>
    public NgramVocabulary(ulong[] ngrams, float[] inverseDocumentFrequencies, int longest)
    {
        (Ngrams, InverseDocumentFrequencies, Longest) = (ngrams, inverseDocumentFrequencies, longest);
        ids = new(ngrams.Length);
        for (var id = 0; id < ngrams.Length; id++)
        {
            ids[ngrams[id]] = id;
        }
    }

    /// <summary>The features.</summary>
    public ulong[] Ngrams { get; }

    /// <summary>What a feature weighs more than another for being rarer.</summary>
    public float[] InverseDocumentFrequencies { get; }

    /// <summary>Characters of the longest n-gram.</summary>
    public int Longest { get; }

    /// <summary>How many features.</summary>
    public int Count => Ngrams.Length;

    /// <summary>Counts n-grams over texts and keeps the most frequent.</summary>
    /// <param name="texts">Their n-grams, a text each.</param>
    /// <param name="longest">Characters of the longest n-gram in them.</param>
    /// <param name="options">How many to keep.</param>
    /// <param name="classes">Classes that each feature will have weights for.</param>
    /// <param name="stop">Asked before each text.</param>
    /// <param name="entries">How many features all texts together have.</param>
    public static NgramVocabulary Of(IEnumerable<(ulong Ngram, byte Count)[]> texts, int longest, BaselineOptions options, int classes, CancellationToken stop, out long entries)
    {
        var frequencies = new NgramTable();
        var (count, forgotten) = (0, 0);
        foreach (var text in texts)
        {
            stop.ThrowIfCancellationRequested();
            count++;
            foreach (var (ngram, _) in text)
            {
                frequencies[ngram]++;
                while (frequencies.Count > MostCounted)
                {
                    frequencies.Prune(++forgotten);
                }
            }
        }

        var most = Math.Min(options.MaxFeatures, options.MostWeights / LinearWeights.Stride(classes));
        var kept = frequencies.All().Where(of => of.Number >= options.MinDocumentFrequency).ToArray();
        if (kept.Length > most)
        {
            Array.Sort(kept, (left, right) => left.Number != right.Number ? right.Number.CompareTo(left.Number) : left.Ngram.CompareTo(right.Ngram));
            kept = kept[..most];
        }

        Array.Sort(kept, (left, right) => left.Ngram.CompareTo(right.Ngram));
        entries = kept.Sum(of => (long)of.Number);
        return new(
            Array.ConvertAll(kept, of => of.Ngram), Array.ConvertAll(kept, of => (float)(1 + Math.Log((1.0 + count) / (1.0 + of.Number)))), longest);
    }

    /// <summary>The features of a text, ascending, with how often each stands in it.</summary>
    public (int Feature, byte Count)[] Features((ulong Ngram, byte Count)[] ngrams)
    {
        var found = new List<(int, byte)>(ngrams.Length);
        foreach (var (ngram, count) in ngrams)
        {
            if (ids.Find(ngram) is { } id)
            {
                found.Add((id, count));
            }
        }

        return [.. found];
    }
}
