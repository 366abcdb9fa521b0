using System.Text.Json.Nodes;

namespace Inkstone.Reporting.Html;

/// <summary>Confusions and numbers of the classes as a page shows them: of very many classes, those that are confused most.</summary>
internal static class ClassTables
{
    private const int MostInMatrix = 40;
    private const int MostPairs = 50;

    /// <summary>The confusion matrix, a row a true class; of more classes than are legible, those with most mistakes.</summary>
    public static JsonObject? Matrix(JsonObject metrics)
    {
        if (Counts(metrics) is not { } counts)
        {
            return null;
        }

        var ids = Enumerable.Range(0, counts.Length).ToArray();
        int[] shown = ids.Length <= MostInMatrix ? ids : [.. ids.OrderByDescending(id => Mistakes(counts, id)).Take(MostInMatrix).Order()];
        return new JsonObject
        {
            ["classes"] = Numbers(shown),
            ["left_out"] = ids.Length - shown.Length,
            ["counts"] = new JsonArray([.. shown.Select(actual => Numbers(shown.Select(predicted => counts[actual][predicted])))]),
            ["row_sums"] = Numbers(shown.Select(actual => counts[actual].Sum())),
            ["column_sums"] = Numbers(shown.Select(predicted => ids.Sum(actual => counts[actual][predicted]))),
        };
    }

    /// <summary>The wrong pairs, most frequent first: true class, predicted class, how often, share of the true class.</summary>
    public static IReadOnlyList<(int Actual, int Predicted, int Count, double Share)> Pairs(JsonObject metrics) => Counts(metrics) is not { } counts ? [] :
    [
        .. from actual in Enumerable.Range(0, counts.Length)
           from predicted in Enumerable.Range(0, counts.Length)
           let count = counts[actual][predicted]
           where actual != predicted && count > 0
           orderby count descending
           select (actual, predicted, count, (double)count / counts[actual].Sum()),
    ];

    /// <summary>The first of the pairs for the page.</summary>
    public static JsonArray PairsForPage(JsonObject metrics) =>
        [.. Pairs(metrics).Take(MostPairs).Select(pair => new JsonArray(pair.Actual, pair.Predicted, pair.Count, pair.Share))];

    private static int[][]? Counts(JsonObject metrics) =>
        (metrics["confusion"] as JsonArray)?.Select(row => row!.AsArray().Select(count => (int)count!).ToArray()).ToArray();

    private static int Mistakes(int[][] counts, int id) => counts[id].Sum() - counts[id][id] + counts.Sum(row => row[id]) - counts[id][id];

    private static JsonArray Numbers(IEnumerable<int> numbers) => [.. numbers.Select(number => (JsonNode?)number)];
}
