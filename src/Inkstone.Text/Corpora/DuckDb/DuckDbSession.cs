using DuckDB.NET.Data;

namespace Inkstone.Text.Corpora.DuckDb;

/// <summary>A DuckDB of its own in memory, with fixed limits. Opening the first one loads its native library.</summary>
internal static class DuckDbSession
{
    /// <summary>Opens one. It never fetches extensions, and its answers do not depend on the machine's time zone or number of cores.</summary>
    public static DuckDBConnection Open()
    {
        var connection = OpenInMemory();
        Execute(connection, """
            SET threads = 1;
            SET memory_limit = '1GB';
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET TimeZone = 'UTC';
            """);
        return connection;
    }

    private static DuckDBConnection OpenInMemory()
    {
        try
        {
            var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            return connection;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new DllNotFoundException(
                $"The library of DuckDB (libduckdb.so), which reads parquet files and SQL conditions, cannot be loaded from {AppContext.BaseDirectory}; build Inkstone again, or restore the file.", e);
        }
    }

    /// <summary>Runs statements whose result nobody needs.</summary>
    public static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>A text as SQL writes it.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A column's or table's name as SQL writes it.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>What DuckDB says is wrong, in one line and without its own emphasis.</summary>
    public static string Explain(Exception error) =>
        string.Join(" ", error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeWhile(line => !line.StartsWith("LINE ", StringComparison.Ordinal))).TrimEnd('.');
}
