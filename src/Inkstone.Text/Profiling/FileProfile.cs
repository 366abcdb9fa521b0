using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>What there is to know about one file, or one split, before training on it.</summary>
public sealed record FileProfile
{
    /// <summary>The file, as the caller named it.</summary>
    public required string Path { get; init; }

    /// <summary>What tables call it.</summary>
    public required string Split { get; init; }

    /// <summary>How its bytes become rows; null where the reader did not tell.</summary>
    public CorpusFormat? Format { get; init; }

    /// <summary>Text encoding; several, joined by commas, where it has several files; null for binary formats.</summary>
    public string? Encoding { get; init; }

    /// <summary>How many rows were read.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows whose text (and second text) is nothing but white space.</summary>
    public required long Empty { get; init; }

    /// <summary>Rows equal to an earlier one, compared by NFKC, lower case and without white space, whatever their labels.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Texts that carry more than one label.</summary>
    public required long Conflicting { get; init; }

    /// <summary>The first of them.</summary>
    public required IReadOnlyList<ConflictingText> Conflicts { get; init; }

    /// <summary>Rows without a label.</summary>
    public required long Unlabelled { get; init; }

    /// <summary>Labels with their rows, commonest first.</summary>
    public required IReadOnlyList<LabelCount> Labels { get; init; }

    /// <summary>Whether there were more labels than are counted apart; the rest stands under the last entry of <see cref="Labels"/>.</summary>
    public bool HasTooManyLabels { get; init; }

    /// <summary>Lengths in Unicode code points, both texts of a pair together.</summary>
    public required LengthHistogram Characters { get; init; }

    /// <summary>Lengths in tokens as a model gets them: <c>[CLS]</c> and each <c>[SEP]</c> included.</summary>
    public required LengthHistogram Tokens { get; init; }

    /// <summary>Tokens of texts, without special ones around them.</summary>
    public required long TextTokens { get; init; }

    /// <summary>How many of them are <c>[UNK]</c>.</summary>
    public required long UnknownTokens { get; init; }

    /// <summary>The commonest characters that are unknown on their own.</summary>
    public required IReadOnlyList<UnknownCharacter> UnknownCharacters { get; init; }

    /// <summary>How many rows have each of the marks that <see cref="TextMarks"/> knows: emoji, hashtags, negations, ….</summary>
    public required IReadOnlyList<MarkCount> Marks { get; init; }

    /// <summary>What each candidate length would cut.</summary>
    public required IReadOnlyList<TruncationLoss> Truncation { get; init; }

    /// <summary>Records that could not become rows.</summary>
    public long SetAside { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<SetAsideRecord> SetAsideRecords { get; init; } = [];

    /// <summary>The share of <c>[UNK]</c> among the tokens of texts, from 0 to 1.</summary>
    public double UnknownRate => TextTokens == 0 ? 0 : (double)UnknownTokens / TextTokens;
}

/// <summary>A label and how many rows carry it.</summary>
/// <param name="Label">The label as rows have it.</param>
/// <param name="Rows">How many.</param>
public sealed record LabelCount(string Label, long Rows);

/// <summary>A mark of a text and how many rows have it.</summary>
/// <param name="Mark">Its name.</param>
/// <param name="Rows">How many.</param>
public sealed record MarkCount(string Mark, long Rows);

/// <summary>A character that no token stands for.</summary>
/// <param name="CodePoint">Its code point.</param>
/// <param name="Count">How often it occurs.</param>
public sealed record UnknownCharacter(int CodePoint, long Count)
{
    /// <summary>The character itself.</summary>
    public string Text => char.ConvertFromUtf32(CodePoint);
}

/// <summary>
/// What a limit of the input length would cut: from the end with <c>truncation_side: right</c>, from the beginning with <c>left</c>,
/// from the middle with <c>both</c>; the numbers are the same.
/// </summary>
/// <param name="MaxLength">The limit in tokens, special tokens included.</param>
/// <param name="Rows">Rows that would lose tokens.</param>
/// <param name="Tokens">Tokens that they would lose in all.</param>
public sealed record TruncationLoss(int MaxLength, long Rows, long Tokens);

/// <summary>A text that stands in a file with more than one label.</summary>
/// <param name="TextStart">How it begins.</param>
/// <param name="Places">Where each label was met first.</param>
public sealed record ConflictingText(string TextStart, IReadOnlyList<LabelledPlace> Places);

/// <summary>A row's place and label.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Number">The 1-based line, or the 1-based number of the row where several stand on one line.</param>
/// <param name="IsRowNumber">Whether it is the row's number: a JSON array is often one line.</param>
/// <param name="Label">Its label; null where it has none.</param>
public sealed record LabelledPlace(string File, int Number, bool IsRowNumber, string? Label)
{
    /// <summary><c>line 12 (pos)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{(IsRowNumber ? "row" : "line")} {Number}{(Label is null ? "" : $" ({Label})")}");
}
