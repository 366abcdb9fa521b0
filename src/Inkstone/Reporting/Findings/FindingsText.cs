using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Inkstone.Reporting.Cards;
using Inkstone.Reporting.Html;

namespace Inkstone.Reporting.Findings;

/// <summary>What several runs teach: sentences with numbers and their uncertainty, and plainly "not measured" where no run says.</summary>
internal static class FindingsText
{
    private const int MostSettings = 40;
    private const int Hardest = 3;
    private const int MostPairs = 5;
    private const int FewestToSuspect = 2;   // one row is its own average
    private const int FewestOfMark = 10;

    /// <summary>The findings as Markdown, a section for each set of runs that were judged on the same files.</summary>
    public static string Write(IReadOnlyList<RunRecord> runs)
    {
        var text = new StringBuilder(Invariant($"# Findings\n\nFrom {Count(runs.Count, "run")}. Scores are macro-F1 unless said otherwise; ± is the standard deviation over runs that differ in chance alone.\n"));
        RunRecord[] judged = [.. runs.Where(run => run.Metrics?["f1_macro"] is JsonValue && run.Recipe is not null)];
        foreach (var left in runs.Except(judged))
        {
            text.Append(Invariant($"\n{MarkdownText.Escape(left.Name)} takes no part: {(left.Recipe is null ? "its recipe has keys that this version does not know" : "it was not judged, or its macro-F1 does not exist")}.\n"));
        }

        foreach (var group in judged.GroupBy(KeyOf))
        {
            Append(text, [.. group]);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<RunRecord> runs)
    {
        var template = FindingsTemplate.For(runs[0]);
        SettingRuns[] settings = SettingRuns.Ranked(SettingRuns.Of(runs));
        text.Append(Invariant($"\n## {template.Title}: {MarkdownText.Escape(CardMetadata.DatasetName(runs[0]))}\n\n"));
        text.Append(Invariant($"{Count(settings.Length, "setting")}, {Count(runs.Count, "run")}, judged on the {runs[0].Split} rows ({runs[0].Metrics!["samples"]}).\n\n"));
        AppendTable(text, settings);
        text.Append(Overall(settings)).Append('\n');
        foreach (var question in template.Settings)
        {
            text.Append(question.Answer(settings));
        }

        foreach (var key in SettingRuns.Varied(settings).Where(key => !IsFile(key) && template.Settings.All(question => question.Key != key)))
        {
            text.Append(new SettingQuestion("Also compared", key, "").Answer(settings));
        }

        var best = settings[0];
        var one = best.Runs[0];
        var ofOne = best.Runs.Count == 1 ? "" : $", in {MarkdownText.Escape(one.Name)} alone";   // what several runs cannot be averaged over
        text.Append(HardestClasses(best)).Append(Confusions(best));
        if (template.AsksMarks)
        {
            text.Append(FailureModes(one, ofOne));
        }

        if (template.AsksChunks)
        {
            text.Append(Contributions(one, ofOne));
        }

        text.Append(Baseline(one, ofOne)).Append(Labels(one, ofOne));
    }

    private static void AppendTable(StringBuilder text, SettingRuns[] settings)
    {
        string[] varied = [.. SettingRuns.Varied(settings).Where(key => !IsFile(key))];
        text.Append("| ").Append(string.Concat(varied.Select(key => $"`{key}` | "))).Append("runs | macro-F1 | accuracy |\n|").Append(string.Concat(varied.Select(_ => "---|"))).Append("---|---:|---:|\n");
        foreach (var setting in settings.Take(MostSettings))
        {
            text.Append("| ").Append(string.Concat(varied.Select(key => $"{MarkdownText.Escape(setting.Shown(key))} | ")))
                .Append(Names(setting)).Append(" | ").Append(WithInterval(setting, "f1_macro")).Append(" | ").Append(WithInterval(setting, "accuracy")).Append(" |\n");
        }

        text.Append(settings.Length > MostSettings ? Invariant($"\nand {settings.Length - MostSettings} more settings.\n\n") : "\n");
    }

    private static string Overall(SettingRuns[] settings)
    {
        var best = settings[0];
        if (settings.Length == 1)
        {
            return Invariant($"- **Overall**: {WithInterval(best, "f1_macro")}.{Seen(best.Runs[0])}\n").TrimEnd('\n');
        }

        return Invariant($"- **Best setting** (first in the table, chosen by its validation rows where runs had some): {WithInterval(best, "f1_macro")}; {ScoreDifference.Between(best, settings[1], "the second")}.{Seen(best.Runs[0])}");
    }

    private static string Seen(RunRecord run) => SeenRows(run) is not (> 0 and var seen) ? ""
        : run.Metrics!["unseen"]?["f1_macro"] is JsonValue unseen ? Invariant($" {seen} of {run.Metrics["samples"]} judged texts were also trained on; on the others it is {(double)unseen:0.000}.")
        : " Every judged text was also trained on, so how it does on new ones was not measured.";

    private static int SeenRows(RunRecord run) => run.Metrics!["seen"] is JsonObject seen ? (int)seen["samples"]! : 0;

    private static string HardestClasses(SettingRuns setting)
    {
        var labels = setting.Runs[0].Labels;
        var classes = labels.Select(label => (Label: label, Scores: setting.Runs.Select(run => run.Metrics!["per_class"]?[label]?["f1"]).OfType<JsonValue>().Select(value => (double)value).ToArray(), Of: setting.Runs[0].Metrics!["per_class"]?[label]))
            .Where(of => of.Scores.Length > 0 && (int?)of.Of?["support"] > 0).OrderBy(of => of.Scores.Average()).Take(labels.Count == 2 ? 1 : Hardest);
        return $"- **Hardest classes**: {string.Join("; ", classes.Select(of => Invariant($"{MarkdownText.Escape(of.Label)}, F1 {of.Scores.Average():0.000}{Spread(of.Scores)}, recall {Share(of.Label, (int)of.Of!["support"]!)}")))}.\n";

        string Share(string label, int support)
        {
            var recall = setting.Runs.Average(run => (double)run.Metrics!["per_class"]![label]!["recall"]!);
            var interval = Interval.OfShare((int)Math.Round(recall * support), support);
            return Invariant($"{recall:0.000} (95 % {interval.Low:0.000}–{interval.High:0.000}, {Count(support, "row")})");
        }
    }

    private static string Confusions(SettingRuns setting)
    {
        var labels = setting.Runs[0].Labels;
        var pairs = setting.Runs.SelectMany(run => ClassTables.Pairs(run.Metrics!)).GroupBy(pair => (pair.Actual, pair.Predicted))
            .Select(pair => (pair.Key, Count: pair.Sum(of => of.Count), Of: setting.Runs.Sum(run => (int)run.Metrics!["per_class"]![labels[pair.Key.Actual]]!["support"]!)))
            .OrderByDescending(pair => pair.Count).Take(MostPairs).ToArray();
        if (pairs.Length == 0)
        {
            return "- **Main confusions**: none: no row is wrong.\n";
        }

        // Several seeds judged the same rows: they are no more rows than one seed's.
        var repeats = setting.Runs.Skip(1).All(run => ScoreDifference.JudgedTheSame(setting.Runs[0], run)) ? setting.Runs.Count : 1;
        var shown = pairs.Select(pair =>
        {
            var interval = Interval.OfShare((int)Math.Round((double)pair.Count / repeats), pair.Of / repeats);
            return Invariant($"{MarkdownText.Escape(labels[pair.Key.Actual])} → {MarkdownText.Escape(labels[pair.Key.Predicted])}, {pair.Count} of {pair.Of} rows ({100.0 * pair.Count / pair.Of:0.0} %, 95 % {100 * interval.Low:0.0}–{100 * interval.High:0.0} %)");
        });
        return $"- **Main confusions**{(setting.Runs.Count > 1 ? Invariant($", over {setting.Runs.Count} runs") : "")}: {string.Join("; ", shown)}. Their rows stand in `report.html`, a click away.\n";
    }

    private static string FailureModes(RunRecord run, string which)
    {
        if (run.Marks is not { } marks)
        {
            return "- **Typical failures**: not measured: the run has no `evaluation/marks.csv`; `inkstone test --model RUN --data FILE --output-dir RUN/evaluation` writes it.\n";
        }

        // A mark stands out where the interval of the difference to the rows without it excludes 0.
        var samples = (int)run.Metrics!["samples"]!;
        var shown = marks.Where(mark => mark["error_rate"] is JsonValue && mark["error_rate_without"] is JsonValue).Select(mark =>
            (Mark: mark["mark"]!.ToString().Replace('_', ' '), Rows: (int)(double)mark["rows"]!, Rate: (double)mark["error_rate"]!, Low: (double)mark["low"]!, High: (double)mark["high"]!, Without: (double)mark["error_rate_without"]!, Stands: StandsOut(mark))).ToArray();
        var few = shown.Where(mark => mark.Rows < FewestOfMark).Select(mark => mark.Mark).ToArray();
        shown = [.. shown.Where(mark => mark.Rows >= FewestOfMark)];
        var standing = shown.Where(mark => mark.Stands).Select(Told).ToArray();
        var others = shown.Where(mark => !mark.Stands).Select(mark => mark.Mark).ToArray();
        var sentence = standing.Length > 0 ? string.Join("; ", standing) + Invariant($" (of {shown.Length} marks that were looked at)") : "no mark of the text stands out from the rest";
        return $"- **Typical failures**{which}: {sentence}{(others.Length > 0 ? $"; {string.Join(", ", others)}: no difference that stands" : "")}{(few.Length > 0 ? Invariant($"; {string.Join(", ", few)}: fewer than {FewestOfMark} rows") : "")}. Sarcasm without quotation marks and slang of a field were not measured: no mark tells them; read the most confident mistakes in `report.html`.\n";

        bool StandsOut(JsonObject mark)
        {
            var rows = (int)(double)mark["rows"]!;
            var without = samples - rows;
            return without > 0 && Interval.OfDifference((int)(double)mark["errors"]!, rows, (int)Math.Round((double)mark["error_rate_without"]! * without), without).ExcludesZero;
        }

        static string Told((string Mark, int Rows, double Rate, double Low, double High, double Without, bool Stands) mark) =>
            Invariant($"with {mark.Mark} {100 * mark.Rate:0.0} % of {mark.Rows} rows are wrong (95 % {100 * mark.Low:0.0}–{100 * mark.High:0.0} %), without it {100 * mark.Without:0.0} %");
    }

    /// <summary>Which place in a document speaks most for what is predicted, beside chance.</summary>
    private static string Contributions(RunRecord run, string which)
    {
        if (run.Chunks is not { Count: > 0 } places)
        {
            return "- **Contribution of chunks**: not measured: no judged document has several chunks, or the evaluation is of an earlier version; `inkstone test --model RUN --data FILE --output-dir RUN/evaluation` makes it anew.\n";
        }

        var documents = places.Max(place => (int)(double)place["documents"]!);
        return $"- **Contribution of chunks**{which}, over {documents} documents of several: the chunk that speaks most for the predicted class is {string.Join("; ", places.Select(Told))}. By themselves {string.Join(", ", places.Select(Agreeing))} say what their document says.{Unanimous(run)}\n";

        string Told(JsonObject place)
        {
            var (strongest, byChance) = ((int)(double)place["strongest"]!, (double)place["strongest_by_chance"]! / documents);
            var interval = Interval.OfShare(strongest, documents);
            var stands = interval.Low > byChance ? "more often than by chance" : interval.High < byChance ? "less often than by chance" : "which chance may explain";
            return Invariant($"{PlaceName(place)} in {100.0 * strongest / documents:0.0} % (95 % {100 * interval.Low:0.0}–{100 * interval.High:0.0} %; any chunk alike would be {100 * byChance:0.0} %: {stands})");
        }

        static string Agreeing(JsonObject place) => Invariant($"{100 * (double)place["agreeing"]! / (double)place["chunks"]!:0.0} % of the {place["place"]} chunks");

        static string PlaceName(JsonObject place) => place["place"]!.ToString() is "middle" ? "one between" : $"the {place["place"]}";
    }

    private static string Unanimous(RunRecord run)
    {
        JsonObject[] slices = [.. (run.Slices ?? []).Where(slice => slice["by"]?.ToString() == "chunks_agree")];
        return slices.Length < 2 ? "" : " Accuracy where all chunks agree and where not: " + string.Join(", ", slices.OrderByDescending(slice => slice["value"]!.ToString())
            .Select(slice => Invariant($"{(double)slice["accuracy"]!:0.000} ({slice["rows"]} rows)"))) + ".";
    }

    private static string Baseline(RunRecord run, string which) => run.Baseline?["sentence"]?.ToString() is { } sentence
        ? $"- **Beside a linear baseline**{which}: {sentence}\n" : "- **Beside a linear baseline**: not measured (`evaluation.baseline`).\n";

    private static string Labels(RunRecord run, string which)
    {
        var heldOut = (int)run.Metrics!["samples"]! - SeenRows(run);
        return run.Suspects is not { } suspects ? ""
            : heldOut < FewestToSuspect ? "- **Labels**: not measured: wrong ones are looked for among rows that were not trained on, and there are too few of these.\n"
            : suspects.Count == 0 ? $"- **Labels**{which}: none seems wrong.\n"
            : Invariant($"- **Labels**{which}: {suspects.Count} of {Count(heldOut, "judged row")}{(SeenRows(run) > 0 ? " that were not trained on" : "")} are put firmly into another class than their label says (`evaluation/suspects.csv`): the label may be wrong, or the model; look at them before any other change.\n");
    }

    private static string WithInterval(SettingRuns setting, string metric)
    {
        double[] values = [.. setting.Runs.Select(run => run.Metrics![metric]).OfType<JsonValue>().Select(value => (double)value)];
        if (values.Length == 0)
        {
            return "–";
        }

        var interval = setting.Runs is [var only] && only.Metrics!["intervals"]?[metric] is JsonArray ends ? Invariant($" (95 % {(double)ends[0]!:0.000}–{(double)ends[1]!:0.000})") : "";
        return Invariant($"{values.Average():0.000}{Spread(values)}{interval}");
    }

    private static string Spread(double[] values) => values.Length < 2 ? ""
        : Invariant($" ± {Math.Sqrt(values.Sum(value => (value - values.Average()) * (value - values.Average())) / (values.Length - 1)):0.000}");

    private static string Names(SettingRuns setting) => setting.Runs.Count > 3
        ? Invariant($"{MarkdownText.Escape(setting.Runs[0].Name)} and {setting.Runs.Count - 1} more") : MarkdownText.Escape(string.Join(", ", setting.Runs.Select(run => run.Name)));

    /// <summary>Runs whose numbers may be held against each other: same files, same classes, same split.</summary>
    private static string KeyOf(RunRecord run) => string.Join('\n', [
        run.Split ?? "", .. run.Labels.Order(StringComparer.Ordinal),
        .. (run.Environment?["data"] as JsonArray ?? []).Select(file => file!["sha256"]!.ToString()).Order(StringComparer.Ordinal)]);

    private static bool IsFile(string key) => key is "data.train_file" or "data.validation_file" or "data.test_file";

    private static string Count(int count, string what) => Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
