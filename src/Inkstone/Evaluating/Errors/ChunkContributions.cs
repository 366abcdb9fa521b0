namespace Inkstone.Evaluating.Errors;

/// <summary>What the chunks of one place in their documents contribute, over documents of several chunks.</summary>
/// <param name="Place"><c>first</c>, <c>middle</c> (all between) or <c>last</c>.</param>
/// <param name="Documents">Documents that have a chunk there.</param>
/// <param name="Chunks">Such chunks.</param>
/// <param name="Agreeing">Of these, those that say by themselves what their document says.</param>
/// <param name="Strongest">Documents in which the chunk that speaks most for the predicted class stands there.</param>
/// <param name="ByChance">How many these would be if every chunk of a document were as likely as the others.</param>
public sealed record ChunkContributions(string Place, int Documents, int Chunks, int Agreeing, int Strongest, double ByChance)
{
    private static readonly string[] Places = ["first", "middle", "last"];

    /// <summary>Each place that has chunks; none where no row is a document of several chunks.</summary>
    public static IReadOnlyList<ChunkContributions> Measure(IReadOnlyList<JudgedRow> rows)
    {
        ChunkVotes[] documents = [.. rows.Select(row => row.Chunks).OfType<ChunkVotes>().Where(votes => votes.Count > 1)];
        return [.. Places.Select(place => Of(place, documents)).Where(of => of.Chunks > 0)];
    }

    private static ChunkContributions Of(string place, ChunkVotes[] documents)
    {
        var (with, chunks, agreeing, strongest, byChance) = (0, 0, 0, 0, 0.0);
        foreach (var votes in documents)
        {
            var here = Enumerable.Range(0, votes.Count).Where(chunk => PlaceOf(chunk, votes.Count) == place).ToArray();
            with += here.Length > 0 ? 1 : 0;
            chunks += here.Length;
            agreeing += here.Count(chunk => votes.Agrees[chunk]);
            strongest += here.Contains(votes.Strongest) ? 1 : 0;
            byChance += (double)here.Length / votes.Count;
        }

        return new(place, with, chunks, agreeing, strongest, byChance);
    }

    private static string PlaceOf(int chunk, int count) => chunk == 0 ? Places[0] : chunk == count - 1 ? Places[^1] : Places[1];
}
