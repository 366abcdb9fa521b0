using DuckDB.NET.Data;
using Inkstone.Text.Corpora.DuckDb;

namespace Inkstone.Text.Corpora.Filtering;

/// <summary>Keeps the rows of one file that meet a SQL condition. Memory is a chunk of rows, whatever the file's length.</summary>
/// <remarks>
/// The file is read twice: a csv's column is one of numbers only if every cell of it is, and a JSON file may show its last column
/// in its last row. The text columns are always texts.
/// </remarks>
internal static class RowFilter
{
    private const int ChunkSize = 4096;

    /// <summary>Filters a file.</summary>
    /// <param name="read">Reads its rows, with <see cref="Row.Record"/>, as often as it is asked to.</param>
    /// <param name="options">With the condition.</param>
    /// <exception cref="InvalidConditionException">The condition cannot be used.</exception>
    public static IEnumerable<Row> Apply(Func<ReadOptions, IEnumerable<Row>> read, ReadOptions options)
    {
        var shape = new Shape();
        var silent = shape.Watching(options with { Opened = null, ColumnsFound = null, SetAside = options.SetAside is null ? null : _ => { } });
        using var connection = OpenLocked();
        string[] names = [.. read(silent).Take(1).SelectMany(row => row.Record!).Select(column => column.Key)];
        var condition = Condition.Parse(connection, options.Where!, names);
        var table = new RowTable(connection, condition, ColumnsOf(condition, read(silent), shape));
        foreach (var row in Filter(read(options), table))
        {
            yield return row;
        }
    }

    /// <summary>Filters what can be read only once, such as a pipe: plain text as it comes, any other format after its last row.</summary>
    /// <inheritdoc cref="Apply"/>
    public static IEnumerable<Row> ApplyOnce(Func<ReadOptions, IEnumerable<Row>> read, ReadOptions options)
    {
        var shape = new Shape();
        using var connection = OpenLocked();
        bool isPlain = options.Format == CorpusFormat.PlainText;
        var rows = isPlain ? read(options) : [.. read(shape.Watching(options))];
        string[] names = isPlain ? ["text"] : [.. rows.Take(1).SelectMany(row => row.Record!).Select(column => column.Key)];
        var condition = Condition.Parse(connection, options.Where!, names);
        var columns = isPlain ? PlainColumns(condition) : ColumnsOf(condition, rows, shape);
        foreach (var row in Filter(rows, new RowTable(connection, condition, columns)))
        {
            yield return row;
        }
    }

    /// <summary>A session in which nothing but what is typed into it can be seen or changed.</summary>
    private static DuckDBConnection OpenLocked()
    {
        var connection = DuckDbSession.Open();
        DuckDbSession.Execute(connection, "SET enable_external_access = false; SET lock_configuration = true;");
        return connection;
    }

    private static IEnumerable<Row> Filter(IEnumerable<Row> rows, RowTable table)
    {
        foreach (var chunk in rows.Chunk(ChunkSize))
        {
            var matches = table.Matches(chunk);
            for (int i = 0; i < chunk.Length; i++)
            {
                if (matches[i])
                {
                    yield return chunk[i] with { Record = null };
                }
            }
        }
    }

    private static List<TableColumn> PlainColumns(Condition condition) =>
        [.. condition.Names.Select(name => name.Equals("text", StringComparison.OrdinalIgnoreCase) ? new TableColumn(name, "text", ColumnKind.Text, false) : throw NoColumn(condition, name))];

    private static List<TableColumn> ColumnsOf(Condition condition, IEnumerable<Row> rows, Shape shape)
    {
        var kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        var numbers = new HashSet<string>();
        var others = new Dictionary<string, (string Value, int Line)>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var (name, value) in row.Record!)
            {
                if (condition.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    var kind = ColumnKinds.Of(value, shape.IsUntyped);
                    kinds[name] = shape.Texts.Contains(name) ? ColumnKind.Text : ColumnKinds.Join(kinds.GetValueOrDefault(name), kind);
                    if (kind is ColumnKind.Whole or ColumnKind.Number)
                    {
                        numbers.Add(name);
                    }
                    else if (kind != ColumnKind.Empty)
                    {
                        others.TryAdd(name, (CellText.Of(value) ?? "", row.Line));
                    }
                }
            }
        }

        return [.. condition.Names.Select(name => Find(name) is { } source ? new TableColumn(name, source, kinds[source], shape.IsUntyped) { WhyText = WhyText(name, source) } : throw NoColumn(condition, name))];

        string? WhyText(string name, string source) => kinds[source] == ColumnKind.Text && numbers.Contains(source) && others.TryGetValue(source, out var other)
            ? FormattableString.Invariant($"the column {name} counts as text, as it has values that are no numbers (the first, in line {other.Line}: '{Short(other.Value)}'); TRY_CAST({DuckDbSession.Identifier(name)} AS DOUBLE) instead of its name compares those that are numbers")
            : null;

        static string Short(string value) => value.Length > 20 ? value[..20] + "…" : value;

        string? Find(string name) => kinds.ContainsKey(name) ? name : kinds.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static InvalidConditionException NoColumn(Condition condition, string name) => condition.Fault($"there is no column '{name}'");

    /// <summary>What a file's first reading tells of it.</summary>
    private sealed class Shape
    {
        public string[] Texts { get; private set; } = [];

        public bool IsUntyped { get; private set; }

        public ReadOptions Watching(ReadOptions options) => options with
        {
            Opened = file =>
            {
                IsUntyped = file.Format is CorpusFormat.Csv or CorpusFormat.Tsv;
                options.Opened?.Invoke(file);
            },
            ColumnsFound = columns =>
            {
                Texts = [.. new[] { columns.Text, columns.TextPair }.Where(column => column >= 0).Select(column => columns.Names[column])];
                options.ColumnsFound?.Invoke(columns);
            },
        };
    }
}
