using System.Text.Json;

namespace Inkstone.Torch.Serialization;

/// <summary>The JSON at the head of a safetensors file, read token by token and believed only where it adds up.</summary>
/// <remarks>
/// Format: github.com/huggingface/safetensors, README. What is refused there is refused here: the tensors must tile the data
/// without overlap or hole. Memory taken is proportional to the header, whatever the header claims.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The key that holds free text and no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Sizes a shape may have; torch works with fewer, and no checkpoint comes near.</summary>
    public const int MaxRank = 64;

    private readonly string file;
    private readonly long dataLength;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file, long dataLength)
    {
        this.file = file;
        this.dataLength = dataLength;
    }

    /// <summary>One tensor: its bytes lie in [Begin, End) of the data behind the header.</summary>
    public readonly record struct Entry(string Name, DType DType, long[] Shape, long Begin, long End);

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>The tensors by their place in the file.</summary>
    public IReadOnlyList<Entry> Entries { get; private set; } = [];

    /// <exception cref="InvalidWeightsException">Any fault.</exception>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(file, dataLength);
        try
        {
            header.ReadObject(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8, or half of a surrogate pair.
            throw new InvalidWeightsException(file, null, "has a header that is no valid JSON", "the header of a safetensors file", e);
        }

        header.Entries = header.Tile();
        return header;
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(null, "has a header that is no JSON object", "an object of tensors");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Fault(name, "is described by something else than an object", "dtype, shape and data_offsets");
            }

            if (name == MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else if (!entries.TryAdd(name, ReadEntry(ref reader, name)))
            {
                throw Fault(name, "stands in the header twice", "distinct names");
            }
        }

        reader.Read();   // The end: anything but white space behind the object throws.
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !metadata.TryAdd(key, reader.GetString()!))
            {
                throw Fault(null, $"has {MetadataKey} in which {InvalidWeightsException.Quote(key)} is no text or stands twice",
                    "one text under every key");
            }
        }
    }

    private Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        DType? dtype = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype") && dtype is null)
            {
                dtype = ReadDType(ref reader, name);
            }
            else if (reader.ValueTextEquals("shape") && shape is null)
            {
                shape = ReadNumbers(ref reader, name, "shape", MaxRank);
            }
            else if (reader.ValueTextEquals("data_offsets") && offsets is null)
            {
                offsets = ReadNumbers(ref reader, name, "data_offsets", 2);
            }
            else
            {
                throw Fault(name, $"is described by {InvalidWeightsException.Quote(reader.GetString()!)}, unknown or given twice",
                    "dtype, shape and data_offsets, each once");
            }
        }

        return dtype is not null && shape is not null && offsets is [var begin, var end]
            ? Checked(new Entry(name, dtype.Value, shape, begin, end))
            : throw Fault(name, "is described incompletely", "dtype, shape and two data_offsets");
    }

    private DType ReadDType(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return StoredDType.FromSafetensorsName(text)
            ?? throw Fault(name, $"has dtype {InvalidWeightsException.Quote(text)}", StoredDType.SafetensorsNames);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string key, int most)
    {
        var numbers = new List<long>(2);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Fault(name, $"has {key} that is no list", "a list of numbers");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Fault(name, $"has {key} with an entry that counts nothing", "whole numbers from 0 to 2^63-1");
            }

            if (numbers.Count == most)
            {
                throw Fault(name, $"has {key} of more than {most} entries", $"at most {most}");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private Entry Checked(Entry entry)
    {
        if (entry.Begin > entry.End)
        {
            throw Fault(entry.Name, $"lies from byte {entry.Begin} to byte {entry.End}", "an end behind the beginning");
        }

        if (entry.End > dataLength)
        {
            throw Fault(entry.Name, $"ends at byte {entry.End} of the data", $"at most {dataLength}, where the file ends");
        }

        if (StoredDType.ByteLength(entry.Shape, entry.DType) is not { } bytes || bytes != entry.End - entry.Begin)
        {
            var shape = $"[{string.Join(", ", entry.Shape)}] of {StoredDType.SafetensorsName(entry.DType)}";
            throw Fault(entry.Name, $"has shape {shape}, but takes {entry.End - entry.Begin} bytes", "shape and bytes to agree");
        }

        return entry;
    }

    private Entry[] Tile()
    {
        Entry[] ordered = [.. entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long end = 0;
        foreach (var entry in ordered)
        {
            if (entry.Begin < end)
            {
                throw Fault(entry.Name, $"begins at byte {entry.Begin}, where another tensor lies", "no overlap");
            }

            if (entry.Begin > end)
            {
                throw Fault(entry.Name, $"begins at byte {entry.Begin}, but nothing fills the bytes from {end}", "no holes");
            }

            end = entry.End;
        }

        return end == dataLength
            ? ordered
            : throw Fault(null, $"has {dataLength} bytes of data, of which its tensors take {end}", "tensors up to the end");
    }

    private InvalidWeightsException Fault(string? tensor, string problem, string expected) =>
        new(file, tensor, problem, expected);
}
