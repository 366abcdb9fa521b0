using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Reporting;

/// <summary>The steps and evaluations of a run, from <c>events.jsonl</c>, which every run writes.</summary>
/// <param name="Steps">Logged optimizer steps, each with loss, learning rate and gradient norm.</param>
/// <param name="Evaluations">Evaluations while it trained, each with every metric.</param>
/// <param name="Notices">What the run warned of or told.</param>
/// <param name="End">The final evaluation; null where the run did not come to it.</param>
public sealed record RunLog(IReadOnlyList<JsonObject> Steps, IReadOnlyList<JsonObject> Evaluations, IReadOnlyList<string> Notices, JsonObject? End)
{
    /// <summary>What the final evaluation judged; null where it judged nothing.</summary>
    public string? EvaluatedSplit => End?["split"]?.ToString();

    /// <summary>Seconds of training, without the final evaluation; null where no step was logged.</summary>
    public double? Seconds => (double?)(Steps is [.., var last] ? last["seconds"] : null);

    /// <summary>Optimizer steps up to the last logged one.</summary>
    public long? LastStep => (long?)(Steps is [.., var last] ? last["step"] : null);

    /// <summary>Reads the events; a line that a killed run left half written is passed over, a missing file has none.</summary>
    public static RunLog Read(string path)
    {
        var (steps, evaluations, notices) = (new List<JsonObject>(), new List<JsonObject>(), new List<string>());
        JsonObject? end = null;
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            var record = Parse(line);
            switch (record?["event"]?.ToString())
            {
                case "train":
                    steps.Add(record);
                    break;
                case "evaluation":
                    evaluations.Add(record);
                    break;
                case "notice" when record["message"] is { } message:
                    notices.Add(message.ToString());
                    break;
                case "end":
                    end = record;
                    break;
                default:
                    break;
            }
        }

        return new(steps, evaluations, notices, end);
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
