using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>A report for programs.</summary>
public static class DataReportJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = PlainJsonEncoder.Instance };

    /// <summary>The report as indented JSON without a line feed behind it. Numbers are not rounded.</summary>
    public static string Write(DataReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new JsonObject
        {
            ["tokenizer"] = new JsonObject { ["name"] = report.Tokenizer, ["vocabulary_size"] = report.VocabularySize },
            ["files"] = Array(report.Files, File),
            ["leaks"] = Array(report.Leaks, LeakOf),
            ["findings"] = Array(report.Findings, finding => new JsonObject { ["level"] = Name(finding.Level), ["text"] = finding.Text }),
        }.ToJsonString(Indented);
    }

    private static JsonObject File(FileProfile file) => new()
    {
        ["path"] = file.Path,
        ["split"] = file.Split,
        ["format"] = file.Format is { } format ? Name(format) : null,
        ["encoding"] = file.Encoding,
        ["rows"] = file.Rows,
        ["empty"] = file.Empty,
        ["duplicates"] = file.Duplicates,
        ["conflicting"] = file.Conflicting,
        ["unlabelled"] = file.Unlabelled,
        ["set_aside"] = file.SetAside,
        ["labels"] = new JsonObject(file.Labels.Select(label => KeyValuePair.Create(label.Label, (JsonNode?)label.Rows))),
        ["characters"] = Lengths(file.Characters),
        ["tokens"] = Lengths(file.Tokens),
        ["unknown_rate"] = file.UnknownRate,
        ["unknown_characters"] = Array(file.UnknownCharacters, character => new JsonObject { ["character"] = character.Text, ["count"] = character.Count }),
        ["marks"] = new JsonObject(file.Marks.Select(mark => KeyValuePair.Create(mark.Mark, (JsonNode?)mark.Rows))),
        ["truncation"] = Array(file.Truncation, loss => new JsonObject { ["max_length"] = loss.MaxLength, ["rows"] = loss.Rows, ["tokens"] = loss.Tokens }),
        ["conflicts"] = Array(file.Conflicts, text => new JsonObject { ["text"] = text.TextStart, ["rows"] = Array(text.Places, Place) }),
        ["set_aside_records"] = Array(file.SetAsideRecords, record => new JsonObject { ["file"] = record.File, ["line"] = record.Line, ["problem"] = record.Problem }),
    };

    private static JsonObject LeakOf(Leak leak) => new()
    {
        ["from"] = leak.From,
        ["to"] = leak.To,
        ["exact"] = leak.Exact,
        ["exact_other_label"] = leak.OtherLabel,
        ["near"] = leak.Near,
        ["near_is_estimate"] = leak.NearIsEstimate,
        ["examples"] = Array(leak.Examples, example => new JsonObject
        {
            ["text"] = example.TextStart, ["to"] = Place(example.Place), ["from"] = example.Source is { } source ? Place(source) : null, ["share"] = example.Share,
        }),
    };

    private static JsonObject Lengths(LengthHistogram lengths) => new()
    {
        ["mean"] = lengths.Mean,
        ["p50"] = lengths.Percentile(0.5),
        ["p90"] = lengths.Percentile(0.9),
        ["p99"] = lengths.Percentile(0.99),
        ["max"] = lengths.Max,
        ["histogram"] = Array(lengths.Bins(20), bin => new JsonObject { ["from"] = bin.From, ["to"] = bin.To, ["rows"] = bin.Count }),
    };

    private static JsonObject Place(LabelledPlace place) => new() { ["file"] = place.File, [place.IsRowNumber ? "row" : "line"] = place.Number, ["label"] = place.Label };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> node) => [.. items.Select(item => (JsonNode?)node(item))];

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
