namespace Inkstone.Text.Corpora;

/// <summary>A data file cannot be used as it is. The message says where, what is wrong, what was expected and what to do.</summary>
/// <param name="file">The path as the caller gave it, or the stream's name.</param>
/// <param name="line">The 1-based line (in a binary format, the record's number), or null where the whole file is meant.</param>
/// <param name="problem">What is wrong: a clause without a full stop.</param>
/// <param name="expected">What would have been right: a clause that follows "expected".</param>
/// <param name="remedy">What the user can do: a sentence.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class InvalidDataFileException(
    string file, int? line, string problem, string expected, string remedy, Exception? innerException = null)
    : Exception(Sentence(file, line, problem, expected, remedy), innerException)
{
    /// <summary>The path as the caller gave it, or the stream's name.</summary>
    public string File { get; } = file;

    /// <summary>The 1-based line (in a binary format, the record's number), or null where the whole file is meant.</summary>
    public int? Line { get; } = line;

    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>What would have been right.</summary>
    public string Expected { get; } = expected;

    /// <summary>What the user can do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Whether it concerns one record, so that the others can be read without it.</summary>
    public bool IsOfOneRow { get; init; }

    private static string Sentence(string file, int? line, string problem, string expected, string remedy) =>
        FormattableString.Invariant($"{file}{(line is null ? "" : $", line {line}")}: {problem}; expected {expected}. {remedy}");
}
