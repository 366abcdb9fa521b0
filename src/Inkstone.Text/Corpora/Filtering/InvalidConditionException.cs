namespace Inkstone.Text.Corpora.Filtering;

/// <summary>A condition on rows cannot be used. The message says what is wrong with it, and which columns there are.</summary>
public sealed class InvalidConditionException : Exception
{
    internal InvalidConditionException(string condition, string problem, IReadOnlyList<string> columns, Exception? cause = null)
        : base(Sentence(condition, problem, columns), cause)
    {
        Condition = condition;
        Problem = problem;
    }

    /// <summary>The condition as the user wrote it.</summary>
    public string Condition { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    private static string Sentence(string condition, string problem, IReadOnlyList<string> columns) =>
        $"where {condition}: {problem}; expected a SQL condition on the columns {string.Join(", ", columns)}. "
        + "Write names in double quotes and texts in single ones, for instance \"评分\" >= 4 AND label = 'pos'.";
}
