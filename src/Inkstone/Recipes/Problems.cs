namespace Inkstone.Recipes;

/// <summary>Gathers what is wrong with a recipe while its rules are checked, one sentence a broken rule.</summary>
internal sealed class Problems
{
    private readonly List<Problem> found = [];

    /// <summary>A broken rule, and the other keys that take part in it.</summary>
    internal sealed record Problem(string Key, string Message, string[] Related);

    public IReadOnlyList<Problem> Found => found;

    /// <summary>Notes "<c>key must be rule, but is value; wayOut.</c>" unless <paramref name="holds"/>.</summary>
    /// <param name="holds">Whether the rule is kept.</param>
    /// <param name="key">The key to change, with its section.</param>
    /// <param name="rule">What follows "must be".</param>
    /// <param name="value">What the key says now.</param>
    /// <param name="wayOut">What to do, an imperative without a full stop.</param>
    /// <param name="related">Other keys of the rule: where the first is a default, their line is shown.</param>
    public void Require(bool holds, string key, string rule, object? value, string wayOut, params string[] related)
    {
        if (!holds)
        {
            found.Add(new(key, $"{key} must be {rule}, but is {RecipeText.Show(value)}; {wayOut}.", related));
        }
    }

    /// <summary>Notes "<c>key=value is not available in this version yet; use instead.</c>" unless <paramref name="available"/>.</summary>
    public void RequireAvailable(bool available, string key, object? value, string instead)
    {
        if (!available)
        {
            found.Add(new(key, $"{key}={RecipeText.Show(value)} is not available in this version yet; use {instead}.", []));
        }
    }
}
