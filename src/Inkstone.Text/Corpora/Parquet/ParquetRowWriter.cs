using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Inkstone.Text.Corpora.DuckDb;
using Inkstone.Text.Corpora.Filtering;

namespace Inkstone.Text.Corpora.Parquet;

/// <summary>
/// Parquet, compressed with zstd. A column is of integers, numbers, truth values, texts or nested values if all its values are; values of
/// several kinds become texts.
/// </summary>
/// <remarks>
/// The types are known after the last row, so rows wait in a DuckDB file beside the system's other temporary files; nothing reaches
/// the stream before <see cref="Complete"/>.
/// </remarks>
internal sealed class ParquetRowWriter : RowWriter
{
    private const string Table = "rows";

    private readonly Stream stream;
    private readonly DirectoryInfo folder;
    private readonly DuckDBConnection connection;
    private readonly List<Column> columns = [];
    private readonly Dictionary<string, string?> values = new(StringComparer.Ordinal);
    private DuckDBAppender? appender;

    public ParquetRowWriter(Stream stream, IReadOnlyList<string>? columns)
    {
        this.stream = stream;
        connection = DuckDbSession.Open();
        folder = Directory.CreateTempSubdirectory("inkstone-parquet-");
        try
        {
            DuckDbSession.Execute(connection, $"ATTACH {DuckDbSession.Literal(Path.Combine(folder.FullName, "rows.duckdb"))} AS waiting; USE waiting; CREATE TABLE {Table} (nothing BOOLEAN);");
            foreach (string name in columns ?? [])
            {
                _ = Find(name) is null ? Add(name) : throw Repeated(name);
            }
        }
        catch (Exception e)
        {
            Dispose();
            if (e is DuckDBException refused)
            {
                throw Failed(refused);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(IEnumerable<KeyValuePair<string, JsonNode?>> row)
    {
        try
        {
            Append(row);
        }
        catch (DuckDBException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        string file = Path.Combine(folder.FullName, "rows.parquet");
        try
        {
            Export(file);
        }
        catch (DuckDBException e)
        {
            throw Failed(e);
        }

        using var written = File.OpenRead(file);
        written.CopyTo(stream);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        try
        {
            CloseAppender();
        }
        catch (DuckDBException)
        {
            // A row that could not be kept; whoever disposes early knows why.
        }
        finally
        {
            connection.Dispose();
            folder.Delete(recursive: true);
            base.Dispose();
        }
    }

    private static IOException Failed(DuckDBException cause) =>
        new($"Rows that become a parquet file wait in {Path.GetTempPath()} (TMPDIR moves it), which refused: {DuckDbSession.Explain(cause)}.", cause);

    private void Append(IEnumerable<KeyValuePair<string, JsonNode?>> row)
    {
        values.Clear();
        foreach (var (name, value) in row)
        {
            if (!values.TryAdd(name, CellText.Of(value)))
            {
                throw Repeated(name);
            }

            var column = Find(name) ?? Add(name);
            column.See(value);
        }

        appender ??= connection.CreateAppender(null, null, Table);
        var line = appender.CreateRow().AppendNullValue();
        foreach (var column in columns)
        {
            line = values.GetValueOrDefault(column.Name) is { } text ? line.AppendValue(text) : line.AppendNullValue();
        }

        line.EndRow();
    }

    private void Export(string file)
    {
        CloseAppender();
        if (columns.Count == 0)
        {
            Add("text");
        }

        var selected = columns.Select((column, i) => $"{Expression(column, Place(i))} AS {DuckDbSession.Identifier(column.Name)}");
        DuckDbSession.Execute(connection, $"COPY (SELECT {string.Join(", ", selected)} FROM {Table}) TO {DuckDbSession.Literal(file)} (FORMAT parquet, COMPRESSION zstd)");
    }

    private static string Place(int index) => FormattableString.Invariant($"c{index}");

    private Column? Find(string name) => columns.Find(column => column.Name == name);

    private Column Add(string name)
    {
        CloseAppender();
        DuckDbSession.Execute(connection, $"ALTER TABLE {Table} ADD COLUMN {Place(columns.Count)} VARCHAR");
        columns.Add(new(name));
        return columns[^1];
    }

    private void CloseAppender()
    {
        var open = appender;
        appender = null;
        open?.Dispose();
    }

    private string Expression(Column column, string place)
    {
        if (!column.IsNested)
        {
            return $"CAST({place} AS {ColumnKinds.SqlTypeOf(column.Kind)})";
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT CAST(json_group_structure(CAST({place} AS JSON)) AS VARCHAR) FROM {Table}";
        return $"json_transform(CAST({place} AS JSON), {DuckDbSession.Literal((string)command.ExecuteScalar()!)})";
    }

    /// <summary>A column, and what its values have been so far.</summary>
    private sealed class Column(string name)
    {
        private bool hasNested;
        private bool hasOther;

        public string Name { get; } = name;

        public ColumnKind Kind { get; private set; }

        public bool IsNested => hasNested && !hasOther;

        public void See(JsonNode? value)
        {
            Kind = ColumnKinds.Join(Kind, ColumnKinds.Of(value, isUntyped: false));
            hasNested |= value is JsonArray or JsonObject;
            hasOther |= value is JsonValue;
        }
    }
}
