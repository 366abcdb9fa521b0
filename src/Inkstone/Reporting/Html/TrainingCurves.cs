using System.Text.Json.Nodes;

namespace Inkstone.Reporting.Html;

/// <summary>The steps of a run as lines of a chart.</summary>
internal static class TrainingCurves
{
    private const int MostPoints = 1500;

    private static readonly string[] OfSteps = ["step", "loss", "learning_rate", "grad_norm"];
    private static readonly string[] OfEvaluations = ["step", "epoch", "loss", "accuracy", "f1_macro", "f1_weighted", "roc_auc_ovr_macro", "pr_auc_ovr_macro"];

    /// <summary>The lines; of a long run every so many-th step, so that the page stays light.</summary>
    public static JsonObject Of(RunLog log)
    {
        var stride = (log.Steps.Count / MostPoints) + 1;
        JsonObject[] steps = [.. log.Steps.Where((_, index) => index % stride == 0 || index == log.Steps.Count - 1)];
        return new JsonObject { ["every"] = stride, ["train"] = Columns(steps, OfSteps), ["evaluations"] = Columns(log.Evaluations, OfEvaluations) };
    }

    private static JsonObject Columns(IReadOnlyList<JsonObject> records, string[] names) =>
        new(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonArray([.. records.Select(record => record[name]?.DeepClone())]))));
}
