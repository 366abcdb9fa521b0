using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Recipes;

namespace Inkstone.Reporting;

/// <summary>What a run's folder holds, read from its files. Whatever a run did not leave behind is null, and nothing is made up for it.</summary>
public sealed record RunRecord
{
    /// <summary>Attributions of some of the judged texts, in the evaluation's folder.</summary>
    public const string ExplanationsName = "explanations.json";

    private RunRecord(string folder) => Folder = folder;

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>What to call the run: its folder's name; where that is one of several seeds or folds, with the folder above.</summary>
    public string Name
    {
        get
        {
            var path = Path.GetFullPath(Folder).TrimEnd('/');
            var name = Path.GetFileName(path);
            return name.StartsWith("seed-", StringComparison.Ordinal) || name.StartsWith("fold-", StringComparison.Ordinal)
                ? $"{Path.GetFileName(Path.GetDirectoryName(path))}/{name}"
                : name;
        }
    }

    /// <summary>The effective recipe as it stands in the run.</summary>
    public required string RecipeText { get; init; }

    /// <summary>The same, read; null where another version wrote keys that this one does not know.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary><c>environment.json</c>, without the recipe that it repeats.</summary>
    public JsonObject? Environment { get; init; }

    /// <summary>The steps and evaluations.</summary>
    public required RunLog Log { get; init; }

    /// <summary>What the final evaluation judged: <c>test</c>, <c>validation</c>; null where nothing was judged.</summary>
    public string? Split => Log.EvaluatedSplit ?? (Metrics is null ? null : "evaluation");

    /// <summary><c>evaluation/metrics.json</c>.</summary>
    public JsonObject? Metrics { get; init; }

    /// <summary>The class names in the order of their ids; empty where nothing was judged.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Every judged row.</summary>
    public IReadOnlyList<PredictedRow>? Rows { get; init; }

    /// <summary>Accuracy of parts of the rows, from <c>slices.csv</c>.</summary>
    public IReadOnlyList<JsonObject>? Slices { get; init; }

    /// <summary>Error rates of rows whose text has a negation, a turn, …, from <c>marks.csv</c>.</summary>
    public IReadOnlyList<JsonObject>? Marks { get; init; }

    /// <summary>What chunks contribute to their documents, by their place in it, from <c>chunks.csv</c>.</summary>
    public IReadOnlyList<JsonObject>? Chunks { get; init; }

    /// <summary>Rows whose label is probably wrong, from <c>suspects.csv</c>.</summary>
    public IReadOnlyList<JsonObject>? Suspects { get; init; }

    /// <summary>Rows between two classes, from <c>ambiguous.csv</c>.</summary>
    public IReadOnlyList<JsonObject>? Ambiguous { get; init; }

    /// <summary><c>calibration.json</c>: the temperature, and confidences with and without it.</summary>
    public JsonObject? Calibration { get; init; }

    /// <summary><c>baseline.json</c>: what a linear classifier can do on the same rows; null where it judged others.</summary>
    public JsonObject? Baseline { get; init; }

    /// <summary>Every number of that classifier, from <c>baseline/evaluation/metrics.json</c>.</summary>
    public JsonObject? BaselineMetrics { get; init; }

    /// <summary>What <c>inkstone report --explain</c>, or <c>inkstone explain --output</c>, left in the evaluation's folder: attributions of some of the texts.</summary>
    public JsonArray? Explanations { get; init; }

    /// <summary>The folder of the best checkpoint.</summary>
    public string Best => Path.Combine(Folder, "best");

    /// <summary>Whether a folder is a run's; that of several seeds or folds holds runs.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, "recipe.yaml")) && !File.Exists(Path.Combine(folder, "runs.json"));

    /// <summary>Reads a run.</summary>
    /// <exception cref="InvalidRunException">The folder is no run's, or a file of it is damaged.</exception>
    public static RunRecord Read(string folder)
    {
        if (!IsRun(folder))
        {
            throw new InvalidRunException(folder, Directory.Exists(folder)
                ? "there is no recipe.yaml in it, so it is no run. Give the folder that inkstone train wrote (--output-dir), or a folder of such folders."
                : "there is no such folder. Give the folder that inkstone train wrote (--output-dir).");
        }

        var recipe = File.ReadAllText(Path.Combine(folder, "recipe.yaml"));
        var environment = ReadJson<JsonObject>(Path.Combine(folder, "environment.json"));
        environment?.Remove("recipe");
        var evaluation = Path.Combine(folder, "evaluation");
        var metrics = ReadJson<JsonObject>(Path.Combine(evaluation, "metrics.json"));
        var (baseline, ofBaseline) = (ReadJson<JsonObject>(Path.Combine(evaluation, "baseline.json")), ReadJson<JsonObject>(Path.Combine(folder, "baseline", "evaluation", "metrics.json")));
        var isOfTheseRows = HaveTheSameRows(metrics, baseline, ofBaseline);
        string[] labels = metrics?["labels"] is JsonArray names ? [.. names.Select(name => name!.ToString())] : [];
        return new(folder)
        {
            RecipeText = recipe,
            Recipe = Known(recipe, folder),
            Environment = environment,
            Log = RunLog.Read(Path.Combine(folder, "events.jsonl")),
            Metrics = metrics,
            Labels = labels,
            Rows = PredictedRow.Read(Path.Combine(evaluation, "predictions.csv"), labels),
            Slices = EvaluationTable.Read(Path.Combine(evaluation, "slices.csv"), "by", "value"),
            Chunks = EvaluationTable.Read(Path.Combine(evaluation, "chunks.csv"), "place"),
            Marks = EvaluationTable.Read(Path.Combine(evaluation, "marks.csv"), "mark"),
            Suspects = EvaluationTable.Read(Path.Combine(evaluation, "suspects.csv"), "id", "text", "text_pair", "label", "suggested"),
            Ambiguous = EvaluationTable.Read(Path.Combine(evaluation, "ambiguous.csv"), "id", "text", "text_pair", "label", "predicted", "second"),
            Calibration = ReadJson<JsonObject>(Path.Combine(evaluation, "calibration.json")),
            Baseline = isOfTheseRows ? baseline : null,
            BaselineMetrics = isOfTheseRows ? ofBaseline : null,
            Explanations = ReadJson<JsonArray>(Path.Combine(evaluation, ExplanationsName)),
        };
    }

    /// <summary>The folders among these and below them that are runs, in the order of their names; a run's own folders are not looked into.</summary>
    /// <exception cref="InvalidRunException">There is none in one of them.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> folders) => [.. folders.SelectMany(folder =>
        IsRun(folder) || !Directory.Exists(folder) ? [folder]
        : Below(folder).ToList() is { Count: > 0 } found ? found
        : throw new InvalidRunException(folder, "neither it nor a folder in it is a run. Give the folder that inkstone train wrote (--output-dir), or a folder of such folders.")).DistinctBy(Path.GetFullPath)];

    /// <summary>Whether the baseline judged as many rows, and as many of each class: where the run was judged anew on another file, it did not.</summary>
    private static bool HaveTheSameRows(JsonObject? metrics, JsonObject? baseline, JsonObject? ofBaseline) =>
        JsonNode.DeepEquals(metrics?["samples"], baseline?["samples"]) && (ofBaseline is null || JsonNode.DeepEquals(Supports(metrics), Supports(ofBaseline)));

    private static JsonArray Supports(JsonObject? metrics) => [.. (metrics?["per_class"] as JsonObject ?? []).Select(of => of.Value?["support"]?.DeepClone())];

    private static T? ReadJson<T>(string path)
        where T : JsonNode
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as T ?? throw new JsonException(typeof(T) == typeof(JsonArray) ? "it is no list" : "it is no object");
        }
        catch (JsonException damaged)
        {
            throw new InvalidRunException(path, $"the file is damaged ({damaged.Message.TrimEnd('.')}). Take it from a copy of the run, or remove it: the report then goes without it.");
        }
    }

    private static IEnumerable<string> Below(string folder) => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        .SelectMany(inner => IsRun(inner) ? [inner] : Path.GetFileName(inner).StartsWith('.') ? [] : Below(inner));

    private static Recipe? Known(string recipe, string folder)
    {
        try
        {
            return RecipeReader.Read(recipe, "recipe.yaml", folder, []);
        }
        catch (RecipeException)
        {
            return null;   // shown as text all the same
        }
    }
}
