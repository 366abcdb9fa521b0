using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Recipes;
using Inkstone.Reporting.Html;

namespace Inkstone.Reporting.Cards;

/// <summary>What a model is, how good, and for what not: the card that goes with its folder to whoever gets it.</summary>
internal static class ModelCard
{
    private const int MostClasses = 30;
    private const int MostPairs = 5;

    private static readonly (string Key, string Name)[] Shown =
    [
        ("f1_macro", "Macro-F1"), ("accuracy", "Accuracy"), ("balanced_accuracy", "Balanced accuracy"), ("precision_macro", "Precision (macro)"), ("recall_macro", "Recall (macro)"),
        ("roc_auc_ovr_macro", "ROC-AUC"), ("pr_auc_ovr_macro", "PR-AUC"), ("mcc", "MCC"), ("loss", "Log loss"), ("expected_calibration_error", "Calibration error (ECE)"),
    ];

    /// <summary>The card, its metadata first.</summary>
    public static string Write(RunRecord run)
    {
        var card = new StringBuilder(CardMetadata.Of(run));
        card.Append(Invariant($"\n# {Inline(run.Name)}\n\n{About(run)}\n"));
        card.Append("\n## Results\n\n").Append(Results(run));
        if (run.Metrics is { } metrics)
        {
            card.Append("\n### Classes\n\n").Append(Classes(run, metrics));
            card.Append("\n## Limits\n\n").Append(Limits(run, metrics));
        }

        card.Append("\n## Use\n\n").Append(Use(run));
        card.Append("\n## Training\n\n").Append(Training(run));
        return card.ToString();
    }

    private static string About(RunRecord run)
    {
        var labels = run.Labels.Count == 0 ? "" : Invariant($" It tells {run.Labels.Count} classes apart: {string.Join(", ", run.Labels.Take(MostClasses).Select(Inline))}{(run.Labels.Count > MostClasses ? ", …" : "")}.");
        var from = run.Recipe?.Model.NameOrPath is { } encoder ? $", fine-tuned from {Inline(Path.GetFileName(encoder.TrimEnd('/')))}" : "";
        return $"A classifier of texts{from} with Inkstone.{labels}";
    }

    private static string Results(RunRecord run)
    {
        if (run.Metrics is not { } metrics)
        {
            return "Not measured: no row was judged.\n";
        }

        var columns = new List<(string Name, JsonObject Numbers)> { (Invariant($"all rows ({metrics["samples"]})"), metrics) };
        if (metrics["seen"] is JsonObject seen && metrics["unseen"] is JsonObject unseen && (int)seen["samples"]! > 0)
        {
            columns.Add((Invariant($"not seen in training ({unseen["samples"]})"), unseen));
            columns.Add((Invariant($"seen in training ({seen["samples"]})"), seen));
        }

        var text = new StringBuilder(Invariant($"On the {run.Split} rows ({Inline(CardMetadata.DatasetName(run))}); intervals are at 95 %.\n\n"));
        text.Append("| |").Append(string.Concat(columns.Select(column => $" {column.Name} |"))).Append("\n|---|").Append(string.Concat(columns.Select(_ => "---:|"))).Append('\n');
        foreach (var (key, name) in Shown.Where(shown => columns.Any(column => column.Numbers[shown.Key] is not null)))
        {
            text.Append("| ").Append(name).Append(" |").Append(string.Concat(columns.Select(column => $" {Number(column.Numbers, key)} |"))).Append('\n');
        }

        if (run.Baseline?["sentence"]?.ToString() is { } sentence)
        {
            text.Append('\n').Append(sentence).Append(" (The baseline is a linear classifier over character n-grams, trained on the same rows.)\n");
        }

        return text.ToString();
    }

    private static string Classes(RunRecord run, JsonObject metrics)
    {
        var text = new StringBuilder("| class | rows | precision | recall | F1 |\n|---|---:|---:|---:|---:|\n");
        foreach (var label in run.Labels.Take(MostClasses))
        {
            var of = metrics["per_class"]?[label] as JsonObject ?? [];
            text.Append(Invariant($"| {Inline(label)} | {of["support"]} | {Number(of, "precision")} | {Number(of, "recall")} | {Number(of, "f1")} |\n"));
        }

        return run.Labels.Count > MostClasses ? text.Append(Invariant($"\nand {run.Labels.Count - MostClasses} more.\n")).ToString() : text.ToString();
    }

    private static string Limits(RunRecord run, JsonObject metrics)
    {
        var text = new StringBuilder();
        foreach (var (actual, predicted, count, share) in ClassTables.Pairs(metrics).Take(MostPairs))
        {
            text.Append(Invariant($"- {Inline(run.Labels[actual])} is taken for {Inline(run.Labels[predicted])} in {count} rows, {100 * share:0.0} % of its rows.\n"));
        }

        if (run.Recipe is { Tokenizer: { LongText: LongText.Truncate } tokenizer })
        {
            text.Append(Invariant($"- Texts of more than {tokenizer.MaxLength} tokens are cut ({RecipeText.Show(tokenizer.TruncationSide)} side).\n"));
        }

        text.Append(metrics["unseen"] is JsonObject unseen && (int)unseen["samples"]! == 0
            ? "- Every judged text was also trained on; how it does on others was not measured.\n"
            : "- It was judged on rows like those it learnt from; how it does on texts of another kind was not measured.\n");
        return text.ToString();
    }

    private static string Use(RunRecord run)
    {
        var text = "```\ninkstone predict --model . 这个电影太好看了\n```\n";
        return CardMetadata.IsHuggingFaces(run)
            ? text + "\nTransformers opens the folder as well, with the same logits:\n\n```python\nfrom transformers import pipeline\npipeline(\"text-classification\", model=\".\")(\"这个电影太好看了\")\n```\n"
            : text + "\nTexts, head or logits are treated in another way than by Hugging Face's `BertForSequenceClassification` (`inkstone.json` says how: cleaning, chunks, pooling, logit adjustment), so other programs open the weights, but give other logits.\n";
    }

    private static string Training(RunRecord run)
    {
        var text = new StringBuilder();
        if (run.Recipe is { } recipe)
        {
            text.Append("| key | value |\n|---|---|\n");
            foreach (var (key, value) in RecipeChanges.Of(recipe).Where(change => !IsPath(change.Key)))
            {
                text.Append(Invariant($"| `{key}` | `{MarkdownText.Code(value)}` |\n"));
            }

            text.Append("\nAll other keys have their defaults; the whole recipe is in the run's `recipe.yaml`.\n");
        }

        if (run.Environment is { } environment)
        {
            text.Append(Invariant($"\nInkstone {environment["inkstone"]}, libtorch {environment["libtorch"]}, {environment["device"]}; started {environment["started"]?.ToString()[..10]}.\n"));
            if (environment["data"] is JsonArray { Count: > 0 } files)
            {
                text.Append("\nLearnt from and judged on (SHA-256):\n\n").Append(string.Concat(files.Select(file => Invariant($"- {Inline(Path.GetFileName(file!["path"]!.ToString()))} `{file["sha256"]}`\n"))));
            }
        }

        return text.ToString();
    }

    // Where files lie on this machine is nobody else's business.
    private static bool IsPath(string key) => key is "data.train_file" or "data.validation_file" or "data.test_file" or "model.name_or_path";

    private static string Number(JsonObject numbers, string key)
    {
        if (numbers[key] is not JsonValue value)
        {
            return "–";
        }

        var interval = numbers["intervals"]?[key] is JsonArray ends ? Invariant($" ({(double)ends[0]!:0.000}–{(double)ends[1]!:0.000})") : "";
        return Invariant($"{(double)value:0.000}{interval}");
    }

    /// <summary>A text of the data inside Markdown: nothing in it ends a cell or begins markup.</summary>
    private static string Inline(string text) => MarkdownText.Escape(text);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
