using System.Globalization;
using Inkstone.Recipes;

namespace Inkstone.Reporting.Findings;

/// <summary>Which value of a key is best, as far as the runs at hand say.</summary>
/// <param name="Name">What the outline calls it.</param>
/// <param name="Key">The recipe's key.</param>
/// <param name="Grid">Values worth comparing, for whoever has not.</param>
internal sealed record SettingQuestion(string Name, string Key, string Grid)
{
    /// <summary>A key that has to be set along with it, <c>key=value</c>; null for none.</summary>
    public string? Beside { get; init; }

    /// <summary>A list item that answers it; or says that it was not measured, and what to run.</summary>
    /// <param name="settings">The settings that were judged on the same rows, best first (<see cref="SettingRuns.Ranked"/>).</param>
    public string Answer(IReadOnlyList<SettingRuns> settings) => Sentences(settings) switch
    {
        [] => $"- **{Name}** (`{Key}`): not measured: no two runs differ in it alone.{HowToMeasure(settings[0].Runs[0])}\n",
        [var only] => $"- **{Name}** (`{Key}`): {only}\n",
        var several => $"- **{Name}** (`{Key}`):\n" + string.Concat(several.Select(sentence => $"  - {sentence}\n")),
    };

    /// <summary>A sentence for each set of settings that differ in this key alone; none where there is none.</summary>
    public IReadOnlyList<string> Sentences(IReadOnlyList<SettingRuns> settings) =>
        [.. Blocks(settings).Select(block => block.With.Count == 0 ? Best(block.Settings) : $"with {string.Join(", ", block.With.Select(of => $"`{of.Key}={of.Value}`"))}: {Best(block.Settings)}")];

    /// <summary>The sets of settings that differ in this key alone, best first, and what they have in common where there are several such sets.</summary>
    public IReadOnlyList<(IReadOnlyList<KeyValuePair<string, string>> With, SettingRuns[] Settings)> Blocks(IReadOnlyList<SettingRuns> settings)
    {
        SettingRuns[][] blocks =
        [
            .. settings.GroupBy(setting => string.Join('\n', setting.Settings.Where(other => other.Key != Key).Select(other => $"{other.Key}={other.Value}")))
                .Where(block => block.Count() > 1).Select(block => block.ToArray()),
        ];
        string[] others = blocks.Length == 1 ? [] : [.. SettingRuns.Varied(settings).Where(key => key != Key)];
        return [.. blocks.Select(block => ((IReadOnlyList<KeyValuePair<string, string>>)[.. others.Select(key => KeyValuePair.Create(key, block[0].Shown(key)))], block))];
    }

    /// <summary>A sweep over those of the values that the run's other settings allow; nothing where they allow no two.</summary>
    private string HowToMeasure(RunRecord run)
    {
        string[] allowed = [.. Grid.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(value => Allows(run, value))];
        return allowed.Length < 2 ? "" : $" To measure it: `inkstone sweep RECIPE --grid {Key}={string.Join(',', allowed)} --seeds 3{(Beside is null ? "" : $" --set {Beside}")}`";
    }

    private bool Allows(RunRecord run, string value)
    {
        string[] overrides = [$"{Key}={value}", .. Beside is null ? Array.Empty<string>() : [Beside]];
        try
        {
            RecipeReader.Read(run.RecipeText, "recipe.yaml", run.Folder, [.. overrides.Select(RecipeOverride.Parse)]);
            return true;
        }
        catch (RecipeException)
        {
            return false;
        }
    }

    private string Best(SettingRuns[] block)
    {
        var (best, next) = (block[0], block[1]);
        var others = string.Concat(block.Skip(2).Select(other => Invariant($"; `{other.Shown(Key)}` {Score(other)}")));
        return Invariant($"`{best.Shown(Key)}`, {Score(best)}, {ScoreDifference.Between(best, next, $"`{next.Shown(Key)}`, {Score(next)},")}{others}.");
    }

    /// <summary><c>0.784 ± 0.006</c>, or <c>0.784</c> for one run.</summary>
    public static string Score(SettingRuns setting) => setting.Deviation is { } deviation ? Invariant($"{setting.Mean:0.000} ± {deviation:0.000}") : Invariant($"{setting.Mean:0.000}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
