using System.Text.Json.Nodes;

namespace Inkstone.Explaining.Html;

/// <summary>An explanation as the page draws it: scores of characters, of which it adds up tokens and words.</summary>
internal static class PageText
{
    private const int MostLabels = 5;

    public static JsonObject Of(Explanation explanation)
    {
        var document = explanation.Document;
        var ranked = Enumerable.Range(0, explanation.Logits.Count).OrderByDescending(id => explanation.Logits[id]).ToArray();
        int[] shown = [.. ranked.Take(MostLabels).Append(explanation.LabelId).Distinct()];
        return new JsonObject
        {
            ["label"] = explanation.Label,
            ["rather"] = explanation.RatherThanLabelId is { } other ? explanation.LabelNames[other] : null,
            ["predicted"] = explanation.Predicted,
            ["labels"] = new JsonArray([.. shown.Select(id => new JsonArray(explanation.LabelNames[id], explanation.Probabilities[id]))]),
            ["truncated"] = document.Document.Truncated,
            ["chunks"] = document.Document.Chunks.Count,
            ["tokens"] = document.TextTokens,
            ["unknown"] = document.UnknownTokens,
            ["parts"] = Parts(explanation),
            ["maps"] = new JsonArray([.. explanation.Attributions.Select(attribution => Map(document, attribution))]),
        };
    }

    /// <summary>The characters of each text, and which token and word each belongs to.</summary>
    private static JsonArray Parts(Explanation explanation) => new([.. ScoredText.Of(explanation.Document, explanation.Attributions[0]).Select(text =>
    {
        var characters = text.By(UnitKind.Character);
        return new JsonObject
        {
            ["characters"] = new JsonArray([.. characters.Select(character => (JsonNode?)character.Text)]),
            ["seen"] = new JsonArray([.. characters.Select(character => (JsonNode?)(character.Score is null ? 0 : 1))]),
            ["token"] = Groups(characters, text.By(UnitKind.Token)),
            ["word"] = Groups(characters, text.By(UnitKind.Word)),
        };
    })]);

    private static JsonArray Groups(IReadOnlyList<TextUnit> characters, IReadOnlyList<TextUnit> units)
    {
        var unit = 0;
        return new([.. characters.Select(character =>
        {
            while (units[unit].End <= character.Start)
            {
                unit++;
            }

            return (JsonNode?)unit;
        })]);
    }

    private static JsonObject Map(ExplainedDocument document, Attribution attribution)
    {
        var map = new JsonObject { ["method"] = ExplanationMethods.NameOf(attribution.Method) };
        if (attribution.Attention is { } weights)
        {
            map["views"] = new JsonObject(new[] { AttentionView.Mean, AttentionView.Rollout }
                .Select(view => KeyValuePair.Create(view.ToString(), (JsonNode?)Scores(document, [.. weights.Select(of => of.Of(view))], 1.0 / weights.Count))));
            map["heads"] = Heads(document, weights);
            return map;
        }

        foreach (var (name, value) in Scores(document, attribution.Shown.Scores, 1).ToArray())
        {
            map[name] = value?.DeepClone();
        }

        if (attribution.Shown.ConvergenceDelta is { } delta)
        {
            map["delta"] = delta;
            map["change"] = attribution.Shown.Change;
            map["rough"] = attribution.IsRough;
            map["baseline"] = attribution.Baseline == ExplanationBaseline.Mask ? "[MASK]" : "[PAD]";
        }

        return map;
    }

    private static JsonObject Scores(ExplainedDocument document, IReadOnlyList<IReadOnlyList<float>> scores, double factor) => new()
    {
        ["characters"] = new JsonArray([.. Characters(document, scores, factor).Select(part => new JsonArray([.. part.Select(score => (JsonNode?)(float)score)]))]),
        ["specials"] = new JsonArray([.. Specials(document, scores, factor)]),
    };

    private static IEnumerable<double[]> Characters(ExplainedDocument document, IReadOnlyList<IReadOnlyList<float>> scores, double factor) =>
        ScoredText.Of(document, scores, factor).Select(text => text.By(UnitKind.Character).Select(character => character.Score ?? 0).ToArray());

    /// <summary>Tokens that stand for no character; each chunk has its own.</summary>
    private static IEnumerable<JsonNode?> Specials(ExplainedDocument document, IReadOnlyList<IReadOnlyList<float>> scores, double factor) =>
        document.Document.Chunks.SelectMany((chunk, index) => Enumerable.Range(0, chunk.InputIds.Length)
            .Where(token => chunk.Offsets![token].Length == 0)
            .GroupBy(token => document.Tokens[index][token])
            .Select(group => (Token: group.Key, Score: group.Sum(token => factor * scores[index][token]))))
        .GroupBy(of => of.Token)
        .Select(group => (JsonNode?)new JsonArray(group.Key, (float)group.Sum(of => of.Score)));

    /// <summary>All heads in a byte a character, as parts of the head's largest weight: 144 heads of a long text still make a small page.</summary>
    private static JsonObject Heads(ExplainedDocument document, IReadOnlyList<AttentionWeights> weights)
    {
        var rows = (from layer in Enumerable.Range(0, weights[0].Layers)
                    from head in Enumerable.Range(0, weights[0].Heads)
                    select Characters(document, [.. weights.Select(of => of[layer, head])], 1.0 / weights.Count).ToArray()).ToArray();
        var most = Array.ConvertAll(rows, parts => parts.SelectMany(part => part).DefaultIfEmpty().Max());
        var partCount = document.Pair is null ? 1 : 2;
        return new()
        {
            ["layers"] = weights[0].Layers,
            ["heads"] = weights[0].Heads,
            ["most"] = new JsonArray([.. most.Select(of => (JsonNode?)(float)of)]),
            ["parts"] = new JsonArray([.. Enumerable.Range(0, partCount).Select(part => new JsonObject
            {
                ["length"] = rows[0][part].Length,
                ["bytes"] = Convert.ToBase64String([.. rows.SelectMany((parts, row) => parts[part].Select(score => most[row] > 0 ? (byte)Math.Round(255 * score / most[row]) : (byte)0))]),
            })]),
        };
    }
}
