using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>What a run was made with and from: the content of <c>environment.json</c>.</summary>
internal static class RunEnvironment
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions OneLine = new(Json) { WriteIndented = false };

    private static readonly string[] DecideTheLastBits = ["inkstone", "libtorch", "processor", "device", "threads"];

    /// <param name="recipe">What to do.</param>
    /// <param name="model">What it starts from.</param>
    /// <param name="data">The files of rows that were read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fold">Which part of a cross-validation, from 0, and of how many; null for a run of its own.</param>
    public static JsonObject Describe(Recipe recipe, PretrainedFolder model, IEnumerable<DataFile> data, TimeProvider time, (int Index, int Count)? fold = null) => JsonSerializer.SerializeToNode(
        new
        {
            Started = time.GetUtcNow(),
            Inkstone = typeof(RunEnvironment).Assembly.GetName().Version?.ToString(3),
            Dotnet = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Processor = ProcessorName(),
            Cores = Environment.ProcessorCount,
            Libtorch = TorchRuntime.Version,
            Threads = TorchRuntime.ThreadCount,
            Device = ComputeDevice.Default.Name,
            recipe.Training.Seed,
            Fold = fold is { } part ? new { part.Index, part.Count } : null,
            GitCommit = GitCommit.Of(Directory.GetCurrentDirectory()),
            Data = data.Select(file => new { file.Path, file.Sha256 }),
            Model = model.FilesWithSha256().Select(file => new { file.Path, file.Sha256 }),
            Recipe = RecipeJson.Of(recipe),
        },
        Json)!.AsObject();

    /// <summary>Which part of a cross-validation a run began as.</summary>
    public static (int Index, int Count)? FoldOf(JsonObject environment) =>
        environment["fold"] is JsonObject fold ? (fold["index"]!.GetValue<int>(), fold["count"]!.GetValue<int>()) : null;

    public static string Text(JsonObject environment) => environment.ToJsonString(Json) + "\n";

    /// <summary>Compares a recipe with the one that a run began with.</summary>
    /// <exception cref="ResumeException">A key has another value.</exception>
    public static void ThrowIfChanged(JsonObject began, Recipe recipe, string run)
    {
        var now = Leaves(RecipeJson.Of(recipe)).ToDictionary();
        var changed = began["recipe"] is JsonObject recorded
            ? Leaves(recorded).Where(leaf => now.TryGetValue(leaf.Key, out var value) && value != leaf.Value).ToList()
            : [];
        if (changed.Count > 0)
        {
            throw new ResumeException(
                run, $"{string.Join(", ", changed.Select(leaf => $"{leaf.Key} was {leaf.Value} when the run began and is {now[leaf.Key]} now"))}. "
                + "A resumed run must be the same run: change that back, or train anew with another --output-dir.");
        }
    }

    /// <summary>Compares everything but the recipe with what a run began with.</summary>
    /// <param name="began">Then.</param>
    /// <param name="now">Now.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="notice">Told what makes the last bits differ, though nothing else.</param>
    /// <exception cref="ResumeException">Data, vocabulary or encoder is another.</exception>
    public static void ThrowIfChanged(JsonObject began, JsonObject now, string run, Action<string> notice)
    {
        ThrowIfFilesChanged(began, now, "data", run);
        ThrowIfFilesChanged(began, now, "model", run);
        foreach (var key in DecideTheLastBits.Where(key => Shown(began[key]) != Shown(now[key])))
        {
            notice($"{key} was {Shown(began[key])} when the run began and is {Shown(now[key])} now: the last bits of the weights may differ from those of a run that was never interrupted.");
        }
    }

    private static void ThrowIfFilesChanged(JsonObject began, JsonObject now, string section, string run)
    {
        var (then, today) = (HashesOf(began, section), HashesOf(now, section));
        foreach (var path in then.Keys.Union(today.Keys))
        {
            var problem = !today.TryGetValue(path, out var hash) ? "belonged to the run when it began, and is no part of it now"
                : !then.TryGetValue(path, out var recorded) ? "was no part of the run when it began, and is now"
                : hash != recorded ? "has changed since the run began (its SHA-256 in environment.json is another)"
                : null;
            if (problem is not null)
            {
                var key = section == "model" ? "model.name_or_path" : "data";
                throw new ResumeException(run, $"{path} ({key}) {problem}. A resumed run must be the same run: put the file back as it was, or train anew with another --output-dir.");
            }
        }
    }

    private static Dictionary<string, string> HashesOf(JsonObject environment, string section) => (environment[section] as JsonArray ?? [])
        .Select(file => (Path: file!["path"]!.ToString(), Sha256: file["sha256"]!.ToString())).DistinctBy(file => file.Path)
        .ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Leaves(JsonObject section, string above = "") => section.SelectMany(child => child.Value is JsonObject below
        ? Leaves(below, $"{above}{child.Key}.")
        : [KeyValuePair.Create(above + child.Key, Shown(child.Value))]);

    private static string Shown(JsonNode? value) => value is JsonValue single && single.TryGetValue(out string? text) ? text : value?.ToJsonString(OneLine) ?? "null";

    private static string? ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
