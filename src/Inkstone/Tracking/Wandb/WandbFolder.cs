using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Tracking.Wandb;

/// <summary>The folder of one offline run: its run file, and the small files that W&amp;B shows beside it.</summary>
internal sealed class WandbFolder(string path, string id)
{
    /// <summary>JSON as W&amp;B stores it, other scripts than Latin as they are.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    /// <summary>Names in <c>files/</c> that <c>wandb sync</c> uploads as they are.</summary>
    public static IReadOnlyList<string> Uploaded { get; } = ["wandb-metadata.json", "requirements.txt"];

    /// <summary>Identifies the run.</summary>
    public string Id => id;

    /// <summary>The run's records.</summary>
    public string RunFile => Path.Combine(path, $"run-{id}.wandb");

    /// <summary>The newest offline run under <paramref name="wandb"/>, if it is sound and was not uploaded; otherwise null.</summary>
    public static WandbFolder? NewestToContinue(string wandb)
    {
        var newest = Directory.Exists(wandb) ? Directory.EnumerateDirectories(wandb, "offline-run-*").Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (newest is null)
        {
            return null;
        }

        var folder = new WandbFolder(newest, newest[(newest.LastIndexOf('-') + 1)..]);
        return File.Exists(folder.RunFile) && !File.Exists(folder.RunFile + ".synced") && IsSound(folder.RunFile) ? folder : null;
    }

    /// <summary>Writes what is known before the first record.</summary>
    public void Write(Recipe recipe, DateTimeOffset started)
    {
        var metadata = new JsonObject
        {
            ["os"] = RuntimeInformation.OSDescription,
            ["program"] = "inkstone",
            ["startedAt"] = started,
            ["host"] = Environment.MachineName,
            ["cpu_count"] = Environment.ProcessorCount,
        };
        Write("wandb-metadata.json", metadata.ToJsonString(Indented) + "\n");
        Write("requirements.txt", $"inkstone=={typeof(WandbFolder).Assembly.GetName().Version?.ToString(3)}\n");
        Write("config.yaml", ConfigOf(recipe));
        Directory.CreateDirectory(Path.Combine(path, "logs"));
    }

    /// <summary>Writes the last value of every number.</summary>
    public void WriteSummary(JsonObject summary) => Write("wandb-summary.json", summary.ToJsonString(Plain) + "\n");

    private static bool IsSound(string runFile)
    {
        try
        {
            return WandbFile.Read(runFile).Any(record => record.Run is not null);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // W&B's form: each key has its value under "value". A section of the recipe's YAML moves to the right as it is.
    private static string ConfigOf(Recipe recipe)
    {
        var yaml = new StringBuilder();
        foreach (var line in RecipeWriter.Write(recipe).TrimEnd('\n').Split('\n'))
        {
            yaml.Append(line.StartsWith(' ') ? $"    {line}\n" : $"{line}\n    value:\n");
        }

        return yaml.ToString();
    }

    private void Write(string name, string text) =>
        AtomicFile.Write(Path.Combine(path, "files", name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
