using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Inkstone.Text.Corpora.DuckDb;

namespace Inkstone.Text.Corpora.Filtering;

/// <summary>A SQL condition that looks at one row and at nothing else: no other rows, no files, no clock, no chance.</summary>
/// <remarks>
/// DuckDB's own parser says what the text is (<c>json_serialize_sql</c>): one SELECT with a WHERE and nothing more, also in
/// brackets. Of its expressions only kinds that are named here pass, and of functions only those that the catalog calls
/// consistent: so the same file gives the same rows, and chunks of it the same as the whole.
/// </remarks>
internal sealed class Condition
{
    private static readonly string[] Harmless = ["CONJUNCTION", "COMPARISON", "CONSTANT", "COLUMN_REF", "FUNCTION", "OPERATOR", "CAST", "BETWEEN", "CASE", "LAMBDA", "COLLATE"];
    private static readonly string[] EmptyParts = ["having", "qualify", "sample"];

    // The catalog calls them consistent, but they tell about the session.
    private static readonly string[] Forbidden = ["current_setting", "getvariable", "getenv", "in_search_path"];

    private readonly string sql;
    private readonly string[] columns;

    private Condition(string sql, string[] columns, IReadOnlyList<string> names)
    {
        this.sql = sql;
        this.columns = columns;
        Names = names;
    }

    /// <summary>The columns that the condition names, each once whatever its case.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The query that gives the numbers of the rows that meet the condition.</summary>
    public string Query => Select(sql);

    /// <summary>Reads a condition.</summary>
    /// <param name="connection">A locked session.</param>
    /// <param name="sql">The condition.</param>
    /// <param name="columns">The columns that there are, for messages.</param>
    /// <exception cref="InvalidConditionException">It is no condition, or looks at more than its row.</exception>
    public static Condition Parse(DuckDBConnection connection, string sql, string[] columns)
    {
        var names = new List<string>();
        var condition = new Condition(sql, columns, []);
        var root = condition.WhereOf(connection, Select(sql));
        condition.WhereOf(connection, Select($"(\n{sql}\n)"));   // neither an open bracket nor a semicolon gets through both

        var functions = new HashSet<string>();
        var parameters = new HashSet<string>();
        condition.Walk(root, names, functions, parameters);
        names.RemoveAll(parameters.Contains);
        condition.CheckFunctions(connection, functions);
        return new Condition(sql, columns, [.. names.Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>The error for this condition.</summary>
    public InvalidConditionException Fault(string problem, Exception? cause = null) => new(sql, problem, columns, cause);

    private static string Select(string condition) => $"SELECT \"{RowTable.RowNumber}\" FROM \"{RowTable.Name}\" WHERE {condition}";

    private JsonNode WhereOf(DuckDBConnection connection, string query)
    {
        var parsed = JsonNode.Parse(Serialize(connection, query), documentOptions: new() { MaxDepth = 1024 })!;
        if (parsed["error"]!.GetValue<bool>())
        {
            throw Fault(parsed["error_type"]?.GetValue<string>() == "parser" ? $"DuckDB finds a {parsed["error_message"]}" : "this is more than a condition");
        }

        var statements = parsed["statements"]!.AsArray();
        var node = statements[0]!["node"]!;
        bool isPlain = statements.Count == 1
            && node["type"]!.GetValue<string>() == "SELECT_NODE"
            && node["from_table"]!["type"]!.GetValue<string>() == "BASE_TABLE"
            && node["aggregate_handling"]!.GetValue<string>() == "STANDARD_HANDLING"
            && node["modifiers"] is null && node["group_expressions"] is null && node["group_sets"] is null && node["cte_map"] is null
            && EmptyParts.All(part => node[part] is null);
        return isPlain && node["where_clause"] is { } where ? where : throw Fault("this is more than a condition");
    }

    private string Serialize(DuckDBConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT json_serialize_sql({DuckDbSession.Literal(query)}, skip_empty := true)";
        try
        {
            return (string)command.ExecuteScalar()!;
        }
        catch (DuckDBException e)
        {
            throw Fault(DuckDbSession.Explain(e), e);
        }
    }

    private void Walk(JsonNode? node, List<string> names, HashSet<string> functions, HashSet<string> parameters)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Walk(item, names, functions, parameters);
            }
        }
        else if (node is JsonObject part)
        {
            if (part["class"] is JsonValue kind)
            {
                Note(part, kind.GetValue<string>(), names, functions, parameters);
            }

            foreach (var (_, below) in part)
            {
                Walk(below, names, functions, parameters);
            }
        }
    }

    private void Note(JsonObject part, string kind, List<string> names, HashSet<string> functions, HashSet<string> parameters)
    {
        switch (kind)
        {
            case "COLUMN_REF":
                names.Add(part["column_names"]![0]!.GetValue<string>());
                break;
            case "FUNCTION":
                functions.Add(part["function_name"]!.GetValue<string>().ToLowerInvariant());
                break;
            case "LAMBDA" when part["lhs"]!["column_names"] is not null:
                parameters.Add(part["lhs"]!["column_names"]![0]!.GetValue<string>());
                break;
            case "SUBQUERY":
                throw Fault("it holds a query of its own, but may look at one row only");
            case "WINDOW":
                throw Fault($"the window function {part["function_name"]} looks at other rows, but a condition may look at one row only");
            case var other when !Harmless.Contains(other):
                throw Fault($"it holds {(other == "PARAMETER" ? "a parameter" : other == "STAR" ? "a *" : other)}, which has no value in a condition");
        }
    }

    private void CheckFunctions(DuckDBConnection connection, HashSet<string> functions)
    {
        if (functions.FirstOrDefault(Forbidden.Contains) is { } forbidden)
        {
            throw Fault($"the function {forbidden} tells about the machine, but a condition may look at its row only");
        }

        if (functions.Count == 0)
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT lower(function_name), bool_or(function_type = 'aggregate'),
                bool_and((function_type = 'scalar' AND stability = 'CONSISTENT') OR (function_type = 'macro' AND regexp_matches(function_name, '^(list|array)_|^(round_even|fmod|fdiv|date_add)$')))
            FROM duckdb_functions() WHERE lower(function_name) IN ({string.Join(", ", functions.Select(DuckDbSession.Literal))}) GROUP BY ALL
            """;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (reader.GetBoolean(1))
            {
                throw Fault($"the function {reader.GetString(0)} looks at many rows, but a condition may look at one row only");
            }

            if (!reader.GetBoolean(2))
            {
                throw Fault($"the function {reader.GetString(0)} does not depend on the row alone, so the same file would not give the same rows");
            }
        }
    }
}
