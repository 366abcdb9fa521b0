namespace Inkstone.Pretraining.Vocabularies;

/// <summary>
/// Learns pieces of words: the two neighbours that stand together most often become one piece, again and again. Equal counts are decided by
/// spelling, so that the outcome hangs on the counts alone.
/// </summary>
/// <remarks>Sennrich et al. 2016 (arXiv:1508.07909), with WordPiece's spelling of what stands inside a word.</remarks>
internal sealed class WordPieceMerges
{
    private const int MostWords = 200_000;   // the commonest: rarer ones decide nothing
    private const int LeastCount = 2;

    private readonly List<string> symbols = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(List<int> Symbols, long Count)> words = [];
    private readonly Dictionary<(int, int), long> counts = [];
    private readonly Dictionary<(int, int), HashSet<int>> places = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> queue;

    /// <summary>Begins with words that are cut into their characters.</summary>
    /// <param name="wordCounts">How often each word comes.</param>
    public WordPieceMerges(IEnumerable<KeyValuePair<string, long>> wordCounts)
    {
        queue = new(Comparer<(long Count, string Left, string Right)>.Create(Compare));
        foreach (var (word, count) in wordCounts.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Take(MostWords))
        {
            words.Add(([.. CharacterCounts.FormsOf(word).Select(NumberOf)], count));
        }

        for (var word = 0; word < words.Count; word++)
        {
            Count(word, 1);
        }

        foreach (var pair in counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>Makes pieces, the most useful first, until there are <paramref name="most"/> or none that comes twice.</summary>
    public IEnumerable<string> Learn(int most)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        while (made.Count < most && queue.TryDequeue(out var pair, out var priority))
        {
            var count = counts.GetValueOrDefault(pair);
            if (count != priority.Count)
            {
                if (count > 0 && count < priority.Count)
                {
                    Enqueue(pair);   // some of its places have gone since
                }

                continue;
            }

            if (count < LeastCount)
            {
                yield break;
            }

            var piece = symbols[pair.Left] + symbols[pair.Right][2..];
            Merge(pair, NumberOf(piece));
            if (made.Add(piece))
            {
                yield return piece;
            }
        }
    }

    private static int Compare((long Count, string Left, string Right) one, (long Count, string Left, string Right) other)
    {
        var order = other.Count.CompareTo(one.Count);
        order = order != 0 ? order : string.CompareOrdinal(one.Left, other.Left);
        return order != 0 ? order : string.CompareOrdinal(one.Right, other.Right);
    }

    private int NumberOf(string symbol)
    {
        if (!numbers.TryGetValue(symbol, out var number))
        {
            numbers.Add(symbol, number = symbols.Count);
            symbols.Add(symbol);
        }

        return number;
    }

    private void Enqueue((int Left, int Right) pair) => queue.Enqueue(pair, (counts[pair], symbols[pair.Left], symbols[pair.Right]));

    /// <summary>Counts the pairs of a word, or takes them away.</summary>
    private void Count(int word, int sign)
    {
        var (parts, count) = words[word];
        for (var place = 0; place + 1 < parts.Count; place++)
        {
            var pair = (parts[place], parts[place + 1]);
            counts[pair] = counts.GetValueOrDefault(pair) + (sign * count);
            if (sign > 0)
            {
                if (!places.TryGetValue(pair, out var found))
                {
                    places.Add(pair, found = []);
                }

                found.Add(word);
            }
        }
    }

    private void Merge((int Left, int Right) pair, int merged)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var word in places[pair])
        {
            var parts = words[word].Symbols;
            Count(word, -1);
            for (var place = 0; place + 1 < parts.Count; place++)
            {
                if (parts[place] == pair.Left && parts[place + 1] == pair.Right)
                {
                    parts[place] = merged;
                    parts.RemoveAt(place + 1);
                }
            }

            Count(word, 1);
            for (var place = 0; place + 1 < parts.Count; place++)
            {
                if (parts[place] == merged || parts[place + 1] == merged)
                {
                    changed.Add((parts[place], parts[place + 1]));
                }
            }
        }

        places.Remove(pair);
        counts.Remove(pair);
        foreach (var grown in changed)
        {
            Enqueue(grown);
        }
    }
}
