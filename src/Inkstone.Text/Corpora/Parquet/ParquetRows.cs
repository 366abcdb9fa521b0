using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Inkstone.Text.Corpora.DuckDb;
using Inkstone.Text.Corpora.Tables;

namespace Inkstone.Text.Corpora.Parquet;

/// <summary>Rows of a parquet file, read by DuckDB as they are asked for.</summary>
internal static class ParquetRows
{
    private static readonly string[] Plain =
    [
        "VARCHAR", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What to read.</param>
    /// <exception cref="InvalidDataFileException">The file is broken or lacks a column.</exception>
    public static IEnumerable<Row> Read(string path, ReadOptions options)
    {
        using var connection = DuckDbSession.Open();
        string table = $"read_parquet({FileLiteral(path)}, hive_partitioning = false)";
        var (columns, metadata) = Guarded(path, null, () => (ColumnsOf(connection, table), MetadataOf(connection, path)));
        var rows = new TableRows(path, CorpusFormat.Parquet, [.. columns.Select(column => column.Name)], ClassLabels.Parse(path, metadata), options);

        using var command = connection.CreateCommand();
        command.UseStreamingMode = true;
        command.CommandText = $"SELECT {string.Join(", ", columns.Select((column, i) => rows.Needs(i) ? Expression(column.Name, column.Type) : "NULL"))} FROM {table}";
        using var reader = Guarded(path, null, command.ExecuteReader);
        for (int number = 1; Guarded(path, number, () => reader.Read() ? Values(reader, columns) : null) is { } values; number++)
        {
            yield return rows.ToRow(values, number);
        }
    }

    private static List<(string Name, string Type)> ColumnsOf(DuckDBConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"DESCRIBE SELECT * FROM {table}";
        using var reader = command.ExecuteReader();
        var columns = new List<(string, string)>();
        while (reader.Read())
        {
            columns.Add((reader.GetString(0), reader.GetString(1)));
        }

        return columns;
    }

    private static string? MetadataOf(DuckDBConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT decode(value) FROM parquet_kv_metadata({FileLiteral(path)}) WHERE key = {DuckDbSession.Literal(ClassLabels.Key)}::BLOB";
        return command.ExecuteScalar() as string;
    }

    private static string Expression(string name, string type) =>
        Plain.Contains(type) ? DuckDbSession.Identifier(name) : $"to_json({DuckDbSession.Identifier(name)})::VARCHAR";

    private static JsonNode?[] Values(DbDataReader reader, List<(string Name, string Type)> columns)
    {
        var values = new JsonNode?[columns.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.IsDBNull(i) ? null : Plain.Contains(columns[i].Type) ? Value(reader.GetValue(i)) : JsonNode.Parse(reader.GetString(i));
        }

        return values;
    }

    private static JsonNode? Value(object value) => value switch
    {
        string text => text,
        bool truth => truth,
        float number => float.IsFinite(number) ? number : null,
        double number => double.IsFinite(number) ? number : null,
        ulong number => number,
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The path as DuckDB takes it: whole, and its special characters in brackets, so that it is no pattern.</summary>
    private static string FileLiteral(string path) => DuckDbSession.Literal(string.Concat(
        Path.GetFullPath(path).Select(character => character is '*' or '?' or '[' ? $"[{character}]" : character.ToString())));

    private static T Guarded<T>(string path, int? row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is DuckDBException or System.Text.Json.JsonException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new InvalidDataFileException(path, row, $"the parquet file cannot be read ({DuckDbSession.Explain(e)})",
                "a parquet file that was written to its end", "Write or copy it again.", e);
        }
    }
}
