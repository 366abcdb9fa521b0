using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>An object a line.</summary>
internal sealed class JsonLinesRowWriter(Stream stream) : RowWriter
{
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private Utf8JsonWriter? json;

    /// <inheritdoc/>
    public override void Write(IEnumerable<KeyValuePair<string, JsonNode?>> row)
    {
        names.Clear();
        line.ResetWrittenCount();
        json ??= new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = PlainJsonEncoder.Instance });
        json.Reset(line);
        json.WriteStartObject();
        foreach (var (name, value) in row)
        {
            if (!names.Add(name))
            {
                throw Repeated(name);
            }

            json.WritePropertyName(name);
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                value.WriteTo(json, PlainJsonEncoder.Options);
            }
        }

        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
        stream.Write(line.WrittenSpan);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        json?.Reset();   // a row that failed half-way stays unwritten
        json?.Dispose();
        base.Dispose();
    }
}
