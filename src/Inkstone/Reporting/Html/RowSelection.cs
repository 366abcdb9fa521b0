using System.Text;
using System.Text.Json.Nodes;

namespace Inkstone.Reporting.Html;

/// <summary>The judged rows as a page holds them: every wrong one if they fit, and texts short enough that the page stays light.</summary>
/// <remarks>10 000 rows of reviews are whole; of 100 000 news articles the page says how much of them it has, and where the rest is.</remarks>
internal static class RowSelection
{
    /// <summary>The most rows of a page.</summary>
    public const int MostRows = 20_000;

    private const int MostTextBytes = 6 << 20;
    private const int Top = 3;

    private static readonly int[] Lengths = [4000, 2000, 1000, 500, 250, 120, 60];

    /// <summary>The rows, most confident mistakes first, then the right ones from the least confident on.</summary>
    /// <param name="rows">All.</param>
    public static JsonObject Of(IReadOnlyList<PredictedRow> rows)
    {
        (PredictedRow Row, int Index)[] chosen =
        [
            .. rows.Select((row, index) => (row, index)).OrderByDescending(of => of.row.IsWrong)
                .ThenBy(of => of.row.IsWrong ? -of.row.Confidence : of.row.Confidence).Take(MostRows),
        ];
        var length = Array.Find(Lengths, length => chosen.Sum(of => (long)BytesOf(of.Row, length)) <= MostTextBytes);
        length = length == 0 ? Lengths[^1] : length;
        return new JsonObject
        {
            ["total"] = rows.Count,
            ["longest_text"] = chosen.Any(of => of.Row.Text.Length > length) ? length : null,
            ["items"] = new JsonArray([.. chosen.Select(of => Item(of.Row, of.Index, length))]),
        };
    }

    // An array, as names of members would weigh more than the numbers.
    private static JsonArray Item(PredictedRow row, int index, int length)
    {
        int[] top = [.. Enumerable.Range(0, row.Probabilities.Length).OrderByDescending(id => row.Probabilities[id]).Take(Top)];
        return
        [
            index + 1, row.Id, Start(row.Text, length), row.TextPair is { } pair ? Start(pair, length) : null, row.LabelId, row.PredictedId,
            new JsonArray([.. top.Select(id => (JsonNode?)id)]), new JsonArray([.. top.Select(id => (JsonNode?)Math.Round(row.Probabilities[id], 4))]), row.IsSeen,
        ];
    }

    /// <summary>The beginning of a text that is longer.</summary>
    public static string Start(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");

    private static int BytesOf(PredictedRow row, int length) => BytesOf(row.Text, length) + (row.TextPair is { } pair ? BytesOf(pair, length) : 0);

    /// <summary>As the page spells it: what would end a script, and every half of a pair of surrogates, takes six bytes.</summary>
    private static int BytesOf(string text, int length)
    {
        var start = text.AsSpan(0, Math.Min(length, text.Length));
        var bytes = Encoding.UTF8.GetByteCount(start);
        foreach (var sign in start)
        {
            bytes += sign is '<' or '>' or '&' or '"' or '\'' or '+' or '\\' ? 5 : char.IsSurrogate(sign) ? 4 : 0;
        }

        return bytes;
    }
}
