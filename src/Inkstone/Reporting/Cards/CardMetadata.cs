using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Reporting.Cards;

/// <summary>The block at the head of a model card that Hugging Face's hub reads: language, license, base model, tags, and results.</summary>
/// <remarks>What is not known is left out: a license is only named where the encoder's own card names one.</remarks>
internal static class CardMetadata
{
    private static readonly (string Key, string Type, string Name)[] Results =
    [
        ("accuracy", "accuracy", "Accuracy"), ("f1_macro", "f1", "Macro-F1"), ("precision_macro", "precision", "Precision (macro)"),
        ("recall_macro", "recall", "Recall (macro)"), ("roc_auc_ovr_macro", "roc_auc", "ROC-AUC (one against the rest, macro)"),
    ];

    /// <summary>The block with its two rules.</summary>
    public static string Of(RunRecord run)
    {
        var yaml = new StringBuilder("---\n");
        if (Language(run) is { } language)
        {
            yaml.Append("language:\n- ").Append(language).Append('\n');
        }

        var (license, baseModel) = FromBaseModel(run);
        Line("license", license);
        Line("base_model", baseModel);
        Line("library_name", IsHuggingFaces(run) ? "transformers" : null);
        yaml.Append("pipeline_tag: text-classification\ntags:\n- text-classification\n- bert\n- inkstone\n");
        yaml.Append("metrics:\n- accuracy\n- f1\n");
        if (Judged(run) is var (metrics, which))
        {
            yaml.Append("model-index:\n- name: ").Append(Quoted(run.Name)).Append("\n  results:\n  - task:\n      type: text-classification\n      name: Text Classification\n");
            yaml.Append("    dataset:\n      type: text\n      name: ").Append(Quoted(DatasetName(run) + which)).Append("\n      split: ").Append(run.Split).Append("\n    metrics:\n");
            foreach (var (key, type, name) in Results.Where(result => metrics[result.Key] is not null))
            {
                yaml.Append("    - type: ").Append(type).Append("\n      name: ").Append(name).Append("\n      value: ")
                    .Append(((double)metrics[key]!).ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return yaml.Append("---\n").ToString();

        void Line(string key, string? value)
        {
            if (value is not null)
            {
                yaml.Append(key).Append(": ").Append(Quoted(value)).Append('\n');
            }
        }
    }

    /// <summary>The numbers that may stand where nobody sees more of them: those of rows that were not trained on. Null where there are none.</summary>
    private static (JsonObject Numbers, string Which)? Judged(RunRecord run) =>
        run.Metrics is not { } metrics ? null
        : metrics["seen"] is not JsonObject seen || (int)seen["samples"]! == 0 ? (metrics, "")
        : metrics["unseen"] is JsonObject unseen && (int)unseen["samples"]! > 0 ? (unseen, ", rows that were not trained on") : null;

    /// <summary>Whether transformers computes the same logits from the folder alone.</summary>
    public static bool IsHuggingFaces(RunRecord run) => run.Recipe is { Model.Pooling: Recipes.Pooling.Pooler, Tokenizer.LongText: Recipes.LongText.Truncate, Loss.AdjustAtInference: false } recipe
        && recipe.Data.Cleaning == new Recipes.DataOptions().Cleaning;

    /// <summary>What the judged rows' files are called.</summary>
    public static string DatasetName(RunRecord run)
    {
        var files = run.Recipe?.Data is { } data ? (run.Split == "test" ? data.TestFile : run.Split == "validation" ? data.ValidationFile : null) ?? data.TrainFile : [];
        return files.Count == 0 ? "rows of the run" : string.Join(", ", files.Select(path => Path.GetFileName(Path.GetDirectoryName(path)) is { Length: > 0 } above ? $"{above}/{Path.GetFileName(path)}" : path));
    }

    /// <summary>zh where a good part of what was judged are Han characters; otherwise nothing is claimed.</summary>
    private static string? Language(RunRecord run)
    {
        var (han, all) = (0, 0);
        foreach (var rune in (run.Rows ?? []).Take(1000).SelectMany(row => row.Text.EnumerateRunes()))
        {
            all++;
            han += rune.Value is (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF) ? 1 : 0;
        }

        return all > 0 && 5 * han > all ? "zh" : null;
    }

    /// <summary>A model of the hub is named; a folder's name would lead nowhere.</summary>
    private static (string? License, string? Name) FromBaseModel(RunRecord run)
    {
        if (run.Recipe?.Model.NameOrPath is not { } name)
        {
            return (null, null);
        }

        var card = Path.Combine(name, "README.md");
        return (File.Exists(card) ? LicenseIn(card) : null, Path.IsPathRooted(name) ? null : name);
    }

    private static string? LicenseIn(string card) => File.ReadLines(card).FirstOrDefault() != "---" ? null
        : File.ReadLines(card).Skip(1).TakeWhile(line => line != "---").FirstOrDefault(line => line.StartsWith("license:", StringComparison.Ordinal))?["license:".Length..].Trim().Trim('"', '\'') is { Length: > 0 } license ? license : null;

    // A JSON string is a YAML string.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, JsonForm);

    private static readonly JsonSerializerOptions JsonForm = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
