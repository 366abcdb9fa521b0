namespace Inkstone.Recipes;

/// <summary>What the sources of a recipe say, key by key, each with its place, and what is wrong with it.</summary>
internal sealed class RecipeSettings
{
    private readonly Dictionary<string, Setting> settings = [];
    private readonly HashSet<string> unreadable = [];
    private readonly List<(int Place, RecipeProblem Problem)> problems = [];

    // Later sources go before earlier ones: the file is 0, the overrides follow.
    private int source;

    /// <summary>A sentence for each value of the file that an override contradicts, and which therefore is not used.</summary>
    public List<string> GaveWay { get; } = [];

    private sealed record Setting(object? Value, int Source, int Line, string Where, string BaseFolder);

    private sealed record Origin(int Source, Func<int, string> WhereOf, string BaseFolder);

    /// <summary>All problems so far: the file's by line, then those of the overrides.</summary>
    public IReadOnlyList<RecipeProblem> Problems => [.. problems.OrderBy(pair => pair.Place).Select(pair => pair.Problem)];

    public void AddFile(string yaml, string shown, string baseFolder)
    {
        try
        {
            var origin = new Origin(0, line => $"{shown}:{line}", baseFolder);
            switch (YamlTree.Parse(yaml))
            {
                case null or YamlScalar { IsNull: true }:
                    break;
                case YamlMap map:
                    Add(RecipeKeys.Root, map, origin);
                    break;
                case { } other:
                    throw new YamlSyntaxException(other.Line, $"a recipe must be sections with keys, but is {other.Show()}; begin with a line such as data: and indent its keys");
            }
        }
        catch (YamlSyntaxException e)
        {
            throw new RecipeException([new($"{shown}:{e.Line}", "", $"{e.Message}.")]);
        }
    }

    public void AddOverride(RecipeOverride given)
    {
        var origin = new Origin(++source, _ => given.Where, Directory.GetCurrentDirectory());
        if (!given.IsComplete || given.Key.Length == 0)
        {
            Note(origin, 0, given.Key, "an override must be key=value; write it like optimizer.learning_rate=3e-5.");
            return;
        }

        try
        {
            var value = given.IsText ? new YamlScalar(given.Value, false, 0) : YamlTree.Parse(given.Value) ?? new YamlScalar("", true, 0);
            Add(RecipeKeys.Root, Nest(given.Key.Split('.'), value), origin);
        }
        catch (YamlSyntaxException e)
        {
            Note(origin, 0, given.Key, $"{e.Message}.");
        }
    }

    /// <summary>Clears what a key of a later source, or any key where only a default stands, contradicts.</summary>
    public void LetContradictedGiveWay()
    {
        if (settings.GetValueOrDefault("scheduler.warmup_steps") is { Value: not null } steps)
        {
            GiveWay("scheduler.warmup_ratio", 0.0, steps, aloud: true);
        }

        if (settings.GetValueOrDefault("scheduler.warmup_ratio") is { Value: > 0.0 } ratio)
        {
            GiveWay("scheduler.warmup_steps", null, ratio, aloud: true);
        }

        if (settings.GetValueOrDefault("training.eval_strategy") is { Value: IntervalStrategy.No } never)
        {
            GiveWay("training.early_stopping_patience", null, never, aloud: true);
            GiveWay("training.load_best_model_at_end", false, never, aloud: true);
        }

        if (settings.GetValueOrDefault("model.architecture") is { Value: Architecture architecture } chosen)
        {
            var (key, byDefault) = architecture == Architecture.Hierarchical ? ("model.aggregation", (object)Aggregation.Mean) : ("model.chunk_encoder", ChunkEncoder.Lstm);
            GiveWay(key, byDefault, chosen, aloud: true);
        }
    }

    /// <summary>Clears what the file says about its own rows, where an override names other rows to train on.</summary>
    public void LetSampleGiveWay()
    {
        if (settings.GetValueOrDefault("data.train_file") is { Source: > 0 } others)
        {
            foreach (var key in new[] { "validation_file", "test_file", "label_names", "text_column", "text_pair_column", "label_column", "id_column", "group_column", "label_map" })
            {
                GiveWay($"data.{key}", null, others);
            }
        }
    }

    public Recipe Build() => (Recipe)Build(RecipeKeys.Root);

    /// <summary>Checks the rules, but for keys whose value could not be read: they have been reported.</summary>
    public void AddBrokenRules(Recipe recipe, string shown)
    {
        foreach (var (key, message, related) in recipe.Check().Found)
        {
            string[] keys = [key, .. related];
            if (!keys.Any(unreadable.Contains))
            {
                var said = keys.Select(settings.GetValueOrDefault).FirstOrDefault(setting => setting is not null);
                problems.Add((Place(said?.Source ?? 0, said?.Line ?? 0), new(said?.Where ?? shown, key, message)));
            }
        }
    }

    private void Add(RecipeKey section, YamlMap map, Origin origin)
    {
        var lines = new Dictionary<string, int>();
        foreach (var (name, value) in map.Entries)
        {
            var path = section.Path.Length == 0 ? name.Text : $"{section.Path}.{name.Text}";
            if (!lines.TryAdd(name.Text, name.Line))
            {
                Note(origin, name.Line, path, $"{path} stands twice, first in line {lines[name.Text]}; remove one of the two.");
            }
            else if (section.Child(name.Text) is not { } key)
            {
                Note(origin, name.Line, path, UnknownKey.Explain(section, name.Text));
            }
            else if (key.IsSection)
            {
                AddSection(key, value, name.Line, origin);
            }
            else
            {
                AddValue(key, value, name.Line, origin);
            }
        }
    }

    private void AddSection(RecipeKey key, YamlNode value, int line, Origin origin)
    {
        if (value is YamlMap map)
        {
            Add(key, map, origin);
        }
        else if (value is not YamlScalar { IsNull: true })
        {
            Note(origin, line, key.Path, $"{key.Path} must be a section with keys, but is {value.Show()}; its keys are {string.Join(", ", key.Children.Select(child => child.Name))}.");
        }
    }

    private void AddValue(RecipeKey key, YamlNode value, int line, Origin origin)
    {
        try
        {
            settings[key.Path] = new(RecipeValue.Read(key, value), origin.Source, line, origin.WhereOf(line), origin.BaseFolder);
            unreadable.Remove(key.Path);
        }
        catch (FormatException e)
        {
            unreadable.Add(key.Path);
            Note(origin, line, key.Path, e.Message);
        }
    }

    private void GiveWay(string key, object? value, Setting to, bool aloud = false)
    {
        var said = settings.GetValueOrDefault(key);
        if (unreadable.Contains(key) || (said is not null && (said.Source != 0 || to.Source == 0)))
        {
            return;
        }

        if (aloud && said is not null && !Equals(said.Value, value))
        {
            GaveWay.Add($"{said.Where}: {key}={RecipeText.Show(said.Value)} is not used, as {to.Where} contradicts it.");
        }

        settings[key] = to with { Value = value };
    }

    private object Build(RecipeKey section)
    {
        var record = Activator.CreateInstance(section.Type)!;
        foreach (var key in section.Children)
        {
            if (key.IsSection)
            {
                key.Property!.SetValue(record, Build(key));
            }
            else if (settings.TryGetValue(key.Path, out var setting))
            {
                key.Property!.SetValue(record, RecipePaths.Resolve(key.Path, setting.Value, setting.BaseFolder));
            }
        }

        return record;
    }

    private void Note(Origin origin, int line, string key, string message) =>
        problems.Add((Place(origin.Source, line), new(origin.WhereOf(line), key, message)));

    private static int Place(int source, int line) => source == 0 ? line : int.MaxValue / 2 + source;

    private static YamlMap Nest(ReadOnlySpan<string> path, YamlNode value) =>
        new([(new(path[0], true, 0), path.Length == 1 ? value : Nest(path[1..], value))], 0);
}
