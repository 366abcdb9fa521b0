namespace Inkstone.Recipes;

/// <summary>
/// Reads a recipe: a YAML file, then overrides, then every rule. Nothing is guessed or passed over: each unknown key, wrong type,
/// repeated key and broken rule becomes a <see cref="RecipeProblem"/>, and all of them come at once.
/// </summary>
/// <remarks>
/// Relative paths are taken from the current directory; those inside a shipped recipe from the installation, so that
/// <c>train sentiment</c> works anywhere. What comes back holds absolute paths, except a model's name on the hub.
/// A default that another key contradicts gives way (<see cref="SchedulerOptions.WarmupRatio"/>,
/// <see cref="TrainingOptions.EarlyStoppingPatience"/>, <see cref="TrainingOptions.LoadBestModelAtEnd"/>), and so does what the file
/// says where an override contradicts it; two contradicting keys of one source are a problem. Other training rows than a shipped
/// recipe's sample replace all that it says about the sample: <c>train sentiment --train-file mine.csv</c> is about those rows alone.
/// </remarks>
public static class RecipeReader
{
    /// <summary>Reads a recipe file, or a shipped recipe by its name.</summary>
    /// <param name="pathOrName">A file, or the bare name of a file in <c>recipes/</c> of the installation, such as <c>sentiment</c>.</param>
    /// <param name="overrides">Each <c>key=value</c>, as after <c>--set</c>; of two for one key the later counts.</param>
    /// <param name="installation">The folder that holds <c>recipes/</c>; null if there is none.</param>
    /// <exception cref="RecipeException">There is no such recipe, or something is wrong with it.</exception>
    public static Recipe Load(string pathOrName, IEnumerable<string> overrides, string? installation = null) =>
        Load(pathOrName, [.. overrides.Select(RecipeOverride.Parse)], installation);

    /// <inheritdoc cref="Load(string, IEnumerable{string}, string?)"/>
    /// <param name="pathOrName">As there.</param>
    /// <param name="overrides">Values that go before the recipe's.</param>
    /// <param name="installation">As there.</param>
    /// <param name="notice">Told which values have no effect: an override puts them out of use other than by naming their key, or other keys leave them nothing to do.</param>
    public static Recipe Load(string pathOrName, IReadOnlyList<RecipeOverride> overrides, string? installation = null, Action<string>? notice = null)
    {
        var file = RecipeFile.Find(pathOrName, installation);
        return Read(file.ReadText(), file.Shown, file.BaseFolder, overrides, file.IsShipped, notice);
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="baseFolder">Where its relative paths start; those of <paramref name="overrides"/> start in the current directory.</param>
    /// <param name="overrides">Values that go before the text's.</param>
    /// <param name="notice">Told which values have no effect, and why.</param>
    /// <exception cref="RecipeException">Something is wrong with it.</exception>
    public static Recipe Read(string yaml, string shown, string baseFolder, IReadOnlyList<RecipeOverride> overrides, Action<string>? notice = null) =>
        Read(yaml, shown, baseFolder, overrides, isShipped: false, notice);

    private static Recipe Read(string yaml, string shown, string baseFolder, IReadOnlyList<RecipeOverride> overrides, bool isShipped, Action<string>? notice)
    {
        var settings = new RecipeSettings();
        settings.AddFile(yaml, shown, Path.GetFullPath(baseFolder));
        foreach (var given in overrides)
        {
            settings.AddOverride(given);
        }

        settings.LetContradictedGiveWay();
        if (isShipped)
        {
            settings.LetSampleGiveWay();
        }

        var recipe = settings.Build();
        settings.AddBrokenRules(recipe, shown);
        if (settings.Problems is { Count: > 0 } problems)
        {
            throw new RecipeException(problems);
        }

        foreach (var sentence in settings.GaveWay.Concat(IdleKeys.Of(recipe)))
        {
            notice?.Invoke(sentence);
        }

        return recipe;
    }
}
