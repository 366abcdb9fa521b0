namespace Inkstone.Recipes;

/// <summary>A value from the command line that goes before the recipe's own.</summary>
/// <param name="Key">The key with its section, such as <c>optimizer.learning_rate</c>.</param>
/// <param name="Value">The value; YAML or JSON unless <paramref name="IsText"/>.</param>
/// <param name="IsText">Whether <paramref name="Value"/> is taken as it is, whatever characters it has.</param>
/// <param name="Where">How the user gave it, for messages.</param>
public sealed record RecipeOverride(string Key, string Value, bool IsText, string Where)
{
    /// <summary>The <c>key=value</c> of <c>--set</c>; the first <c>=</c> parts the two.</summary>
    public static RecipeOverride Parse(string keyAndValue)
    {
        var parts = keyAndValue.Split('=', 2);
        return new(parts[0].Trim(), parts.ElementAtOrDefault(1) ?? "", false, $"--set {keyAndValue}") { IsComplete = parts.Length == 2 };
    }

    /// <summary>The value of an option of its own, such as <c>--train-file</c>: a path with a colon or a bracket stays a path.</summary>
    public static RecipeOverride FromOption(string option, string key, string value) => new(key, value, true, option);

    internal bool IsComplete { get; private init; } = true;
}
