using System.Text.Json.Nodes;
using Inkstone.Text.Profiling;

namespace Inkstone.Reporting.Html;

/// <summary>Gathers what the page of a run shows.</summary>
internal static class RunPage
{
    private const int MostSuspects = 50;
    private const int LongestText = 500;   // of a row in a table; the files have all of it

    /// <summary>The page of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="data">What its files are like; null where they are not there any more, or not as they were.</param>
    /// <param name="written">Now.</param>
    public static string Write(RunRecord run, DataReport? data, DateTimeOffset written)
    {
        var metrics = run.Metrics;
        return ReportPage.Write($"{run.Name} · Inkstone", ReportPage.OfRun, new JsonObject
        {
            ["name"] = run.Name,
            ["written"] = written.ToString("O"),
            ["model"] = run.Recipe is { } recipe ? Path.GetFileName(recipe.Model.NameOrPath?.TrimEnd('/')) : null,
            ["base_model"] = run.Recipe?.Model.NameOrPath,
            ["split"] = run.Split,
            ["seconds"] = run.Log.Seconds,
            ["steps"] = run.Log.LastStep,
            ["metric"] = run.Recipe?.Training.MetricForBestModel,
            ["labels"] = Texts(run.Labels),
            ["metrics"] = metrics is null ? null : Numbers(metrics, run.Labels),
            ["seen"] = metrics?["seen"] is JsonObject seen ? Numbers(seen, run.Labels) : null,
            ["unseen"] = metrics?["unseen"] is JsonObject unseen ? Numbers(unseen, run.Labels) : null,
            ["matrix"] = metrics is null ? null : ClassTables.Matrix(metrics),
            ["pairs"] = metrics is null ? null : ClassTables.PairsForPage(metrics),
            ["log"] = TrainingCurves.Of(run.Log),
            ["notices"] = Texts(run.Log.Notices),
            ["rows"] = run.Rows is { } rows ? RowSelection.Of(rows) : null,
            ["curves"] = run.Rows is { Count: > 0 } ranked ? RankingCurves.Of(ranked, run.Labels.Count) : null,
            ["reliability"] = run.Rows is { } calibrated ? ConfidenceTables.Reliability(calibrated) : null,
            ["coverage"] = run.Rows is { } covered ? ConfidenceTables.Coverage(covered) : null,
            ["calibration"] = run.Calibration?.DeepClone(),
            ["baseline"] = run.Baseline?.DeepClone(),
            ["baseline_metrics"] = run.BaselineMetrics is { } beside ? Numbers(beside, run.Labels) : null,
            ["slices"] = Objects(run.Slices, int.MaxValue),
            ["marks"] = Objects(run.Marks, int.MaxValue),
            ["suspects"] = Objects(run.Suspects, MostSuspects),
            ["suspects_total"] = run.Suspects?.Count,
            ["ambiguous"] = Objects(run.Ambiguous, MostSuspects),
            ["explanations"] = run.Explanations is { } explained && run.Rows is { } judged ? Highlights.Of(explained, judged) : null,
            ["data"] = data is null ? null : JsonNode.Parse(DataReportJson.Write(data)),
            ["recipe"] = run.RecipeText,
            ["changed"] = run.Recipe is { } told ? new JsonObject(RecipeChanges.Of(told).Select(change => KeyValuePair.Create(change.Key, (JsonNode?)change.Value))) : null,
            ["environment"] = run.Environment?.DeepClone(),
        });
    }

    /// <summary>The numbers of an evaluation without its matrices, the classes in the order of their ids.</summary>
    private static JsonObject Numbers(JsonObject metrics, IReadOnlyList<string> labels)
    {
        var numbers = new JsonObject(metrics.Where(number => number.Key is not ("confusion" or "labels" or "seen" or "unseen" or "per_class"))
            .Select(number => KeyValuePair.Create(number.Key, number.Value?.DeepClone())));
        numbers["per_class"] = new JsonArray([.. labels.Select(label => metrics["per_class"]?[label]?.DeepClone())]);
        return numbers;
    }

    private static JsonArray? Objects(IReadOnlyList<JsonObject>? rows, int most) => rows is null ? null : [.. rows.Take(most).Select(row =>
        new JsonObject(row.Select(cell => KeyValuePair.Create(cell.Key, cell.Value is JsonValue value && value.TryGetValue(out string? text) && text.Length > LongestText
            ? RowSelection.Start(text, LongestText) : cell.Value?.DeepClone()))))];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];
}
