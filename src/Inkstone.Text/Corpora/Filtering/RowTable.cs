using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Inkstone.Text.Corpora.DuckDb;

namespace Inkstone.Text.Corpora.Filtering;

/// <summary>A chunk of rows as a table in DuckDB, with the columns that a condition names and no others.</summary>
internal sealed class RowTable(DuckDBConnection connection, Condition condition, IReadOnlyList<TableColumn> columns)
{
    /// <summary>The table's name in the query.</summary>
    public const string Name = "rows";

    /// <summary>The column with a row's place in the chunk; no column of a file is found under it.</summary>
    public const string RowNumber = "#row";

    /// <summary>Which rows of a chunk meet the condition.</summary>
    /// <exception cref="InvalidConditionException">DuckDB cannot evaluate it.</exception>
    public bool[] Matches(IReadOnlyList<Row> rows)
    {
        var definitions = columns.Select(column => $"{DuckDbSession.Identifier(column.Name)} {column.Type}").Prepend($"\"{RowNumber}\" INTEGER");
        DuckDbSession.Execute(connection, $"CREATE OR REPLACE TABLE \"{Name}\" ({string.Join(", ", definitions)})");
        Fill(rows);
        var matches = new bool[rows.Count];
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = condition.Query;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                matches[reader.GetInt32(0)] = true;
            }
        }
        catch (DuckDBException e)
        {
            throw condition.Fault(string.Join("; ", columns.Select(column => column.WhyText).OfType<string>().Prepend(DuckDbSession.Explain(e).TrimEnd('.'))), e);
        }

        return matches;
    }

    private void Fill(IReadOnlyList<Row> rows)
    {
        using var appender = connection.CreateAppender(Name);
        for (int i = 0; i < rows.Count; i++)
        {
            var line = appender.CreateRow().AppendValue(i);
            foreach (var column in columns)
            {
                Append(line, column, ValueOf(rows[i].Record!, column.Source), rows[i]);
            }

            line.EndRow();
        }
    }

    private static JsonNode? ValueOf(IReadOnlyList<KeyValuePair<string, JsonNode?>> record, string name)
    {
        foreach (var (key, value) in record)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    private static void Append(IDuckDBAppenderRow line, TableColumn column, JsonNode? value, Row row)
    {
        string? text = CellText.Of(value);
        if (text is null || (text.Length == 0 && column.EmptyIsNull))
        {
            line.AppendNullValue();
            return;
        }

        try
        {
            switch (column.Kind)
            {
                case ColumnKind.Truth:
                    line.AppendValue(bool.Parse(text));
                    break;
                case ColumnKind.Whole:
                    line.AppendValue(long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                    break;
                case ColumnKind.Number:
                    line.AppendValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
                    break;
                default:
                    line.AppendValue(text);
                    break;
            }
        }
        catch (FormatException)
        {
            throw DataFile.Changed(row.File, row.Line);   // the kind of the column is that of the first reading
        }
    }
}

/// <summary>A column of the table.</summary>
/// <param name="Name">Its name as the condition has it.</param>
/// <param name="Source">Its name in the file.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="EmptyIsNull">Whether an empty text stands for null, as in a csv.</param>
internal sealed record TableColumn(string Name, string Source, ColumnKind Kind, bool EmptyIsNull)
{
    /// <summary>Where it holds numbers but is text: which value makes it so, and how to compare it all the same.</summary>
    public string? WhyText { get; init; }

    /// <summary>Its SQL type.</summary>
    public string Type => ColumnKinds.SqlTypeOf(Kind);
}
