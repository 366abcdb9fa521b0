using Inkstone.Recipes;

namespace Inkstone.Reporting.Findings;

/// <summary>Runs of one setting: they differ in nothing but chance (<c>training.seed</c>, or the fold).</summary>
/// <param name="Settings">Every key that may change the result, with its value.</param>
/// <param name="Runs">At least one.</param>
internal sealed record SettingRuns(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<RunRecord> Runs)
{
    // Keys that change no weight, or are the chance that several runs vary.
    private static readonly string[] WithoutEffect =
    [
        "training.seed", "training.dataloader_num_workers", "training.pin_memory", "training.logging_steps", "training.save_strategy", "training.save_steps", "training.save_total_limit",
        "training.save_only_model", "training.per_device_eval_batch_size", "data.cache",
    ];

    /// <summary>Macro-F1 of each run.</summary>
    public IReadOnlyList<double> Scores { get; } = [.. Runs.Select(run => (double)run.Metrics!["f1_macro"]!)];

    /// <summary>Their mean.</summary>
    public double Mean => Scores.Average();

    /// <summary>Their standard deviation; null for one run.</summary>
    public double? Deviation => Scores.Count < 2 ? null : DeviationOf(Scores);

    /// <summary>A key's value as it is told: of a model's folder its name, as where it lies is nobody else's business.</summary>
    public string Shown(string key) => key == "model.name_or_path" && Path.IsPathRooted(Settings[key]) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Settings[key])) : Settings[key];

    /// <summary>The standard deviation of two numbers or more, of a sample.</summary>
    public static double DeviationOf(IReadOnlyList<double> numbers)
    {
        var mean = numbers.Average();
        return Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1));
    }

    /// <summary>Best first: by the validation metric that the runs themselves chose their checkpoints by, where all have the same; else by macro-F1.</summary>
    public static SettingRuns[] Ranked(IEnumerable<SettingRuns> settings)
    {
        SettingRuns[] all = [.. settings];
        RunRecord[] runs = [.. all.SelectMany(setting => setting.Runs)];
        var comparable = runs.All(run => BestOnValidation(run) is not null) && runs.Select(run => run.Recipe!.Training.MetricForBestModel).Distinct().Count() == 1;
        return [.. all.OrderByDescending(setting => comparable ? setting.Runs.Average(run => BestOnValidation(run)!.Value) : setting.Mean)];
    }

    /// <summary>Gathers runs by their settings.</summary>
    /// <param name="runs">Runs that were judged, with recipes that this version knows.</param>
    public static IReadOnlyList<SettingRuns> Of(IEnumerable<RunRecord> runs) =>
    [
        .. runs.Select(run => (Run: run, Settings: SettingsOf(run.Recipe!))).GroupBy(run => string.Join('\n', run.Settings.Select(setting => $"{setting.Key}={setting.Value}")))
            .Select(group => new SettingRuns(group.First().Settings, [.. group.Select(run => run.Run)])),
    ];

    /// <summary>The keys in which these settings differ.</summary>
    public static IReadOnlyList<string> Varied(IReadOnlyList<SettingRuns> settings) =>
        [.. settings[0].Settings.Keys.Where(key => settings.Any(other => other.Settings[key] != settings[0].Settings[key]))];

    private static SortedDictionary<string, string> SettingsOf(Recipe recipe) => new(
        RecipeJson.Values(recipe).Where(value => !WithoutEffect.Contains(value.Key) && !value.Key.StartsWith("tracking.", StringComparison.Ordinal) && !value.Key.StartsWith("evaluation.", StringComparison.Ordinal))
            .ToDictionary(value => value.Key, value => RecipeText.Show(value.Value)), StringComparer.Ordinal);

    private static double? BestOnValidation(RunRecord run)
    {
        var metric = run.Recipe!.Training.MetricForBestModel;
        double[] values = [.. run.Log.Evaluations.Select(evaluation => evaluation[metric]).OfType<System.Text.Json.Nodes.JsonValue>().Select(value => (double)value)];
        return values.Length == 0 ? null : metric == Evaluating.MetricName.Loss ? -values.Min() : values.Max();
    }
}
