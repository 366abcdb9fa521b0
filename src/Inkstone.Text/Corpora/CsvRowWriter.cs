using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>RFC 4180 with a header; where no columns are told, the first row's names are the columns. Null is an empty field, objects and arrays are JSON.</summary>
internal sealed class CsvRowWriter : RowWriter
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    private readonly Stream stream;
    private readonly StringBuilder line = new();
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private List<string>? columns;

    public CsvRowWriter(Stream stream, IReadOnlyList<string>? columns)
    {
        this.stream = stream;
        if (columns is null)
        {
            return;
        }

        if (columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
        {
            throw Repeated(repeated.Key);
        }

        this.columns = [.. columns];
        AppendRecord(this.columns);
        Flush();
    }

    /// <inheritdoc/>
    public override void Write(IEnumerable<KeyValuePair<string, JsonNode?>> row)
    {
        values.Clear();
        var names = new List<string>();
        foreach (var (name, value) in row)
        {
            if (!values.TryAdd(name, CellText.Of(value) ?? ""))
            {
                throw Repeated(name);
            }

            names.Add(name);
        }

        line.Clear();
        if (columns is null)
        {
            columns = names;
            AppendRecord(columns);
        }
        else if (!names.SequenceEqual(columns) && names.Except(columns).FirstOrDefault() is { } extra)
        {
            throw new InvalidOperationException(
                $"A csv has the columns of its first row ({string.Join(", ", columns)}), but a later row has '{extra}' too; write .jsonl instead.");
        }

        AppendRecord(columns.Select(name => values.GetValueOrDefault(name, "")));
        Flush();
    }

    private void Flush() => stream.Write(Encoding.UTF8.GetBytes(line.ToString()));

    private void AppendRecord(IEnumerable<string> fields)
    {
        string separator = "";
        foreach (string field in fields)
        {
            // A lone empty field would be a blank line, which readers skip.
            bool quoted = field.AsSpan().ContainsAny(NeedQuotes) || (field.Length == 0 && columns!.Count == 1);
            line.Append(separator).Append(quoted ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
            separator = ",";
        }

        line.Append('\n');
    }
}
