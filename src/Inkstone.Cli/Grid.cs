using Inkstone.Recipes;

namespace Inkstone.Cli;

/// <summary>A setting of a sweep: values that go before the recipe's.</summary>
/// <param name="Name">What its folder is called: <c>pooling=cls,max_length=128</c>.</param>
/// <param name="Overrides">The values.</param>
internal sealed record GridCell(string Name, IReadOnlyList<RecipeOverride> Overrides);

/// <summary>The <c>key=a,b</c> of <c>--grid</c>, every combination of the values, and of <c>--ablate</c>, one value at a time.</summary>
internal static class Grid
{
    /// <summary>The cells; the last key changes fastest.</summary>
    /// <param name="axes">Each <c>key=value,value,…</c>; a comma inside brackets belongs to a value.</param>
    /// <exception cref="WrongCallException">An axis has no value, repeats one, or names a key again.</exception>
    public static IReadOnlyList<GridCell> CellsOf(IReadOnlyList<string> axes)
    {
        IEnumerable<(string Name, RecipeOverride[] Overrides)> cells = [("", [])];
        foreach (var axis in Parsed(axes, "--grid"))
        {
            cells = cells.SelectMany(cell => axis.Select(value => ($"{cell.Name}{(cell.Name.Length > 0 ? "," : "")}{value.Name}", (RecipeOverride[])[.. cell.Overrides, value.Override])));
        }

        return Named(cells, "--grid");
    }

    /// <summary>The recipe as it is, then each value by itself.</summary>
    /// <inheritdoc cref="CellsOf"/>
    public static IReadOnlyList<GridCell> AblationsOf(IReadOnlyList<string> axes) =>
        Named([("as-it-is", []), .. Parsed(axes, "--ablate").SelectMany(axis => axis).Select(value => (value.Name, (RecipeOverride[])[value.Override]))], "--ablate");

    private static IReadOnlyList<(string Name, RecipeOverride Override)[]> Parsed(IReadOnlyList<string> axes, string option)
    {
        (string Key, string[] Values)[] parsed = [.. axes.Select(axis => Axis(axis, option))];
        if (parsed.GroupBy(axis => axis.Key).FirstOrDefault(key => key.Count() > 1) is { } twice)
        {
            throw new WrongCallException($"{option} names {twice.Key} twice; give all its values at once: {option} {twice.Key}={string.Join(',', twice.SelectMany(axis => axis.Values))}");
        }

        if (parsed.Any(axis => axis.Key == "training.seed"))
        {
            throw new WrongCallException($"{option} training.seed: the seed is the chance that --seeds varies for every setting, and no setting of its own; give --seeds {parsed.First(axis => axis.Key == "training.seed").Values.Length}.");
        }

        // The last part of a key says enough, unless two keys end alike.
        return [.. parsed.Select(axis => Array.ConvertAll(axis.Values, value => (
            $"{(parsed.Count(other => LastPart(other.Key) == LastPart(axis.Key)) > 1 ? axis.Key : LastPart(axis.Key))}={value}",
            new RecipeOverride(axis.Key, value, IsText: false, $"{option} {axis.Key}={value}"))))];
    }

    private static GridCell[] Named(IEnumerable<(string Name, RecipeOverride[] Overrides)> cells, string option)
    {
        GridCell[] found = [.. cells.Select(cell => new GridCell(FolderName(cell.Name), cell.Overrides))];
        return found.DistinctBy(cell => cell.Name).Count() == found.Length ? found
            : throw new WrongCallException($"two settings of {option} would have the same folder name; their values differ only in signs that no folder name has.");
    }

    private static (string Key, string[] Values) Axis(string text, string option)
    {
        var parts = text.Split('=', 2);
        var values = parts.Length == 2 ? SplitOutsideBrackets(parts[1]) : [];
        if (parts[0].Trim().Length == 0 || values.Length == 0 || values.Any(value => value.Length == 0))
        {
            throw new WrongCallException($"{option} {text}: give a key and its values, such as {option} optimizer.learning_rate=1e-5,2e-5");
        }

        return values.Distinct().Count() == values.Length ? (parts[0].Trim(), values) : throw new WrongCallException($"{option} {text}: a value stands there twice; name each once.");
    }

    private static string[] SplitOutsideBrackets(string text)
    {
        var (values, start, depth) = (new List<string>(), 0, 0);
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || (text[at] == ',' && depth == 0))
            {
                values.Add(text[start..at].Trim());
                start = at + 1;
            }
            else
            {
                depth += text[at] is '[' or '{' ? 1 : text[at] is ']' or '}' ? -1 : 0;
            }
        }

        return [.. values];
    }

    private static string LastPart(string key) => key[(key.LastIndexOf('.') + 1)..];

    private static string FolderName(string name) => string.Concat(name.Select(sign => sign is '/' or '\\' || char.IsWhiteSpace(sign) || char.IsControl(sign) ? '_' : sign));
}
