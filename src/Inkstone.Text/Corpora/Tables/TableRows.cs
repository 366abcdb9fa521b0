using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora.Tables;

/// <summary>Turns the records of a binary table, whose columns are known before its first row, into rows. <see cref="Row.Line"/> is the record's 1-based number.</summary>
internal sealed class TableRows
{
    private readonly string file;
    private readonly Columns columns;
    private readonly ReadOptions options;
    private readonly IReadOnlyList<string>? labelNames;

    /// <summary>Finds the columns' parts.</summary>
    /// <param name="file">For messages and <see cref="Row.File"/>.</param>
    /// <param name="format">The table's format.</param>
    /// <param name="names">Its columns in file order.</param>
    /// <param name="classLabels">The columns that hold ids of names.</param>
    /// <param name="options">What to read.</param>
    /// <exception cref="InvalidDataFileException">A told column is missing, or a needed one has no usual name.</exception>
    public TableRows(string file, CorpusFormat format, IReadOnlyList<string> names, Dictionary<string, IReadOnlyList<string>> classLabels, ReadOptions options)
    {
        this.file = file;
        this.options = options;
        columns = Columns.Find(file, 1, names, options.Announcing(file, format, encoding: null, LabelNames));
        labelNames = LabelNames(columns);

        IReadOnlyList<string>? LabelNames(Columns found) => found.Label < 0 ? null : classLabels.GetValueOrDefault(found.Names[found.Label]);
    }

    /// <summary>Whether the column's values are asked for; others may be left null.</summary>
    public bool Needs(int column) => options.Where is not null || columns.IsMetadata(column)
        || column == columns.Text || column == columns.TextPair || column == columns.Label || column == columns.Id || column == columns.Group;

    /// <summary>Makes a row.</summary>
    /// <param name="values">A value for each column; those that are not needed are not looked at.</param>
    /// <param name="number">The record's 1-based number.</param>
    /// <exception cref="InvalidDataFileException">The text is no text, or the label no label.</exception>
    public Row ToRow(JsonNode?[] values, int number) => new()
    {
        Text = TextOf(values[columns.Text], number) ?? "",
        TextPair = columns.TextPair < 0 ? null : TextOf(values[columns.TextPair], number),
        Label = columns.Label < 0 ? null : LabelOf(values[columns.Label], number),
        Id = columns.Id < 0 ? null : ScalarOf(values[columns.Id], columns.Id, number),
        Group = columns.Group < 0 ? null : ScalarOf(values[columns.Group], columns.Group, number),
        Metadata = options.WithMetadata ? Pairs(values, columns.IsMetadata) : [],
        Record = options.Where is null ? null : Pairs(values, column => columns.Names[column].Length > 0),
        File = file,
        Line = number,
    };

    private List<KeyValuePair<string, JsonNode?>> Pairs(JsonNode?[] values, Func<int, bool> wanted)
    {
        var pairs = new List<KeyValuePair<string, JsonNode?>>(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (wanted(i))
            {
                pairs.Add(new(columns.Names[i], values[i]));
            }
        }

        return pairs;
    }

    private string? TextOf(JsonNode? value, int number) => value?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.String => value.GetValue<string>(),
        var kind => throw new InvalidDataFileException(file, number, $"the text is a {Kind(kind.Value)}", "a string or null", "Name another column."),
    };

    private string? LabelOf(JsonNode? value, int number)
    {
        string? label = ScalarOf(value, columns.Label, number);
        bool isId = labelNames is not null && label is not null && value!.GetValueKind() == JsonValueKind.Number;
        return columns.LabelOf(isId ? NameOf(label!, number) : label, file, number);
    }

    private string? NameOf(string label, int number) =>
        options.UnlabelledValues.Contains(label) ? null
        : int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < labelNames!.Count ? labelNames[id]
        : throw new InvalidDataFileException(
            file, number, $"the label {label} has no name", FormattableString.Invariant($"an id from 0 to {labelNames!.Count - 1}, or -1 for none"), "Correct the label, or the names that the file declares.");

    private string? ScalarOf(JsonNode? value, int column, int number) => value?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        var kind => throw new InvalidDataFileException(file, number, $"'{columns.Names[column]}' is a {Kind(kind.Value)}", "a string, a number or null", "Name another column, or write one value a row."),
    };

    private static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "record",
        JsonValueKind.Number => "number",
        _ => "truth value",
    };
}
