using System.Text.Json.Nodes;
using Inkstone.Reporting;
using Inkstone.Reporting.Html;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Reporting;

public sealed class HighlightsTests
{
    private static readonly PredictedRow[] Rows = [Row("问", "答"), Row("问", "另一答"), Row("长文", null), Row("长文", null)];

    [Fact]
    public void Of_ChunksOfOneText_HasItOnceWithTheNumbersOfItsRows()
    {
        var highlights = Highlights.Of([Chunk("长文", null, 0.1, "长 文"), Chunk("长文", null, 0.2, "长 文"), Chunk("不在", null, 0.3, null)], Rows);

        var only = highlights.ShouldHaveSingleItem()!;
        only["rows"]!.ToJsonString().ShouldBe("[3,4]");
        only["text"]!.GetValue<string>().ShouldBe("长 文");
        only["chunks"]!.AsArray().Select(chunk => chunk!["scores"]![0]!.GetValue<double>()).ShouldBe([0.1, 0.2]);
        only["chunks"]![0]!.AsObject().ContainsKey("text").ShouldBeFalse();
    }

    [Fact]
    public void Of_PairsWithTheSameFirstText_AreTheirOwnRows() =>
        Highlights.Of([Chunk("问", "另一答", 0.1, null), Chunk("问", "答", 0.2, null)], Rows).Select(one => one!["rows"]!.ToJsonString()).ShouldBe(["[2]", "[1]"]);

    [Fact]
    public void Of_MoreTokensThanAPageHolds_LeavesTextsOut()
    {
        var scores = new JsonArray([.. Enumerable.Range(0, 100_000).Select(_ => (JsonNode?)0.5)]);
        var (first, second) = (Chunk("问", "答", 0, null), Chunk("问", "另一答", 0, null));
        (first["scores"], second["scores"]) = (scores, scores.DeepClone());

        Highlights.Of([first, second], Rows).Count.ShouldBe(1);
    }

    private static JsonObject Chunk(string text, string? pair, double score, string? cleaned)
    {
        var chunk = new JsonObject { ["text"] = text, ["label"] = "good", ["method"] = "grad_x_input", ["offsets"] = new JsonArray(new JsonArray(0, 1)), ["scores"] = new JsonArray(score) };
        if (pair is not null)
        {
            chunk["text_pair"] = pair;
        }

        if (cleaned is not null)
        {
            chunk["cleaned_text"] = cleaned;
        }

        return chunk;
    }

    private static PredictedRow Row(string text, string? pair) => new(null, text, pair, 0, 1, [0.4, 0.6], null);
}
