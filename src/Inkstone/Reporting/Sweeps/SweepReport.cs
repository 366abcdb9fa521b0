using System.Text.Json.Nodes;
using Inkstone.Reporting.Findings;
using Inkstone.Reporting.Html;

namespace Inkstone.Reporting.Sweeps;

/// <summary>A setting of a sweep: what several runs that differ in nothing but chance came to.</summary>
/// <param name="Settings">The keys in which the sweep's settings differ, each with this one's value.</param>
/// <param name="Runs">Its runs' folders.</param>
/// <param name="MacroF1">Mean macro-F1.</param>
/// <param name="MacroF1Sd">Its standard deviation over the runs; null for one.</param>
/// <param name="Accuracy">Mean accuracy.</param>
/// <param name="AccuracySd">Its standard deviation over the runs; null for one.</param>
/// <param name="Behind">By how much the first setting is before this one, and whether chance explains that; null for the first.</param>
public sealed record SweptSetting(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Runs, double MacroF1, double? MacroF1Sd, double? Accuracy, double? AccuracySd, string? Behind);

/// <summary>What a sweep taught.</summary>
/// <param name="Settings">The settings, best first: by the validation rows that the runs chose their checkpoints by, where they had some.</param>
/// <param name="Sentences">For each key that was varied, what its values make of it.</param>
public sealed record SweepResult(IReadOnlyList<SweptSetting> Settings, IReadOnlyDictionary<string, IReadOnlyList<string>> Sentences);

/// <summary>Sums up the runs of a sweep.</summary>
public static class SweepReport
{
    /// <summary>Reads the runs; writes <c>report.html</c>, with a chart of all of them, and <c>findings.md</c> into the sweep's folder.</summary>
    /// <param name="folder">The sweep's folder, above its runs.</param>
    /// <param name="runs">The runs' folders.</param>
    /// <param name="keys">What the sweep tried values of, if only one of each.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidRunException">A run was not judged, or is damaged.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static SweepResult Write(string folder, IReadOnlyList<string> runs, IReadOnlyList<string> keys, TimeProvider time)
    {
        RunRecord[] records = [.. runs.Select(RunRecord.Read)];
        if (Array.Find(records, run => run.Metrics?["f1_macro"] is not JsonValue) is { } unjudged)
        {
            throw new InvalidRunException(unjudged.Folder, "it was not judged, so there is nothing to compare: the recipe needs test or validation rows (data.test_file, data.validation_file or data.validation_split).");
        }

        if (Array.Find(records, run => run.Recipe is null) is { } foreign)
        {
            throw new InvalidRunException(foreign.Folder, "its recipe.yaml has keys or values that this version does not know, so nobody can say in what it differs from the others. Make the run anew, or report on it with the version that made it.");
        }

        SettingRuns[] settings = SettingRuns.Ranked(SettingRuns.Of(records));
        string[] varied = [.. keys.Where(settings[0].Settings.ContainsKey).Union(SettingRuns.Varied(settings))];
        var result = new SweepResult(
            [.. settings.Select((setting, index) => Swept(setting, varied, index == 0 ? null : settings[0]))],
            varied.Select(key => KeyValuePair.Create(key, (IReadOnlyList<string>)[.. new SettingQuestion("", key, "").Sentences(settings).Select(Plain)])).Where(answer => answer.Value.Count > 0).ToDictionary());
        RunReport.Save(Path.Combine(folder, RunReport.PageName), ReportPage.Write($"{NameOf(folder)} · Inkstone", ReportPage.OfSweep, PageData(folder, records[0].Split, varied, settings, result, time.GetLocalNow())));
        RunReport.WriteFindings(Path.Combine(folder, RunReport.FindingsName), records);
        return result;
    }

    private static SweptSetting Swept(SettingRuns setting, IReadOnlyList<string> varied, SettingRuns? first)
    {
        double[] accuracies = [.. setting.Runs.Select(run => run.Metrics!["accuracy"]).OfType<JsonValue>().Select(value => (double)value)];
        return new(
            varied.ToDictionary(key => key, setting.Shown), [.. setting.Runs.Select(run => run.Folder)], setting.Mean, setting.Deviation,
            accuracies.Length == 0 ? null : accuracies.Average(), accuracies.Length < 2 ? null : SettingRuns.DeviationOf(accuracies), first is null ? null : Plain(ScoreDifference.Of(first, setting).ToString()));
    }

    private static JsonObject PageData(string folder, string? split, IReadOnlyList<string> varied, SettingRuns[] settings, SweepResult result, DateTimeOffset written) => new()
    {
        ["name"] = NameOf(folder),
        ["written"] = written.ToString("O"),
        ["split"] = split,
        ["varied"] = new JsonArray([.. varied.Select(key => (JsonNode?)key)]),
        ["cells"] = new JsonArray([.. settings.Zip(result.Settings, (setting, swept) => new JsonObject
        {
            ["settings"] = new JsonObject(swept.Settings.Select(of => KeyValuePair.Create(of.Key, (JsonNode?)of.Value))),
            ["mean"] = swept.MacroF1,
            ["sd"] = swept.MacroF1Sd,
            ["accuracy"] = swept.Accuracy,
            ["accuracy_sd"] = swept.AccuracySd,
            ["difference"] = setting == settings[0] ? null : ScoreDifference.Of(settings[0], setting).Json(),
            ["runs"] = new JsonArray([.. setting.Runs.Zip(setting.Scores, (run, score) => new JsonObject
            {
                ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Folder)),
                ["href"] = string.Join('/', Path.GetRelativePath(folder, Path.Combine(run.Folder, RunReport.PageName)).Split('/').Select(Uri.EscapeDataString)),
                ["f1_macro"] = score,
            })]),
        })]),
        ["answers"] = new JsonArray([.. result.Sentences.Keys.Select(key => new JsonObject
        {
            ["key"] = key, ["blocks"] = new JsonArray([.. new SettingQuestion("", key, "").Blocks(settings).Select(block => Answer(key, block.With, block.Settings))]),
        })]),
    };

    /// <summary>Values of one key, best first: what the page makes a sentence of.</summary>
    private static JsonObject Answer(string key, IEnumerable<KeyValuePair<string, string>> with, SettingRuns[] settings)
    {
        var (best, next) = (settings[0], settings[1]);
        return new()
        {
            ["with"] = new JsonArray([.. with.Select(of => (JsonNode?)$"{of.Key}={of.Value}")]),
            ["values"] = new JsonArray([.. settings.Select(setting => new JsonObject { ["value"] = setting.Shown(key), ["mean"] = setting.Mean, ["sd"] = setting.Deviation })]),
            ["is_behind"] = best.Mean < next.Mean,
            ["difference"] = (best.Mean < next.Mean ? ScoreDifference.Of(next, best) : ScoreDifference.Of(best, next)).Json(),
        };
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static string Plain(string markdown) => markdown.Replace("`", "", StringComparison.Ordinal);
}
