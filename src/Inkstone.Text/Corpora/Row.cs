using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>One text of a data file, with its label and the place where it stands.</summary>
public sealed record Row
{
    /// <summary>The text exactly as the file has it; empty where the file has null or nothing.</summary>
    public required string Text { get; init; }

    /// <summary>The second text of a pair, or null where the file has no pairs.</summary>
    public string? TextPair { get; init; }

    /// <summary>
    /// The label, or null where the row is unlabelled: as the file has it (<c>1</c>, <c>正面</c>), but without white space around it, <c>1.0</c> is <c>1</c>,
    /// a ClassLabel's id is its name, and <see cref="ReadOptions.LabelMap"/> renames it.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>The id column's value as text, or null. The column itself also stands in <see cref="Metadata"/>.</summary>
    public string? Id { get; init; }

    /// <summary>The group column's value as text, or null: rows of one group (a user, a product) are never split. It also stands in <see cref="Metadata"/>.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// Every column but text, pair and label, in file order, under its own name and with its JSON kind (csv knows only
    /// strings). Empty unless <see cref="ReadOptions.WithMetadata"/> asked for it.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, JsonNode?>> Metadata { get; init; } = [];

    /// <summary>Every column of the row as the file has it, while a condition has yet to judge it; otherwise null.</summary>
    internal IReadOnlyList<KeyValuePair<string, JsonNode?>>? Record { get; init; }

    /// <summary>The file, as the caller named it.</summary>
    public required string File { get; init; }

    /// <summary>The 1-based line on which the row begins; in a binary format, the record's 1-based number.</summary>
    public required int Line { get; init; }

    /// <summary>The 1-based number of the object in a JSON array, which often is one line; null in other formats.</summary>
    public int? Number { get; init; }
}
