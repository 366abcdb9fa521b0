namespace Inkstone.Recipes;

/// <summary>One thing that is wrong with a recipe.</summary>
/// <param name="Where"><c>file:line</c>, or the option that set the value; null for a recipe built in code.</param>
/// <param name="Key">The key, such as <c>optimizer.learning_rate</c>; empty where the file as a whole is wrong.</param>
/// <param name="Message">A sentence with key, rule, value and way out.</param>
public sealed record RecipeProblem(string? Where, string Key, string Message)
{
    /// <summary>The place and the sentence, as the user sees them.</summary>
    public override string ToString() => Where is null ? Message : $"{Where}: {Message}";
}

/// <summary>A recipe cannot be run as it stands. Carries every problem, not only the first.</summary>
public sealed class RecipeException(IReadOnlyList<RecipeProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>All problems, in the order of the file, those of overrides last. Never empty.</summary>
    public IReadOnlyList<RecipeProblem> Problems { get; } = problems;
}
