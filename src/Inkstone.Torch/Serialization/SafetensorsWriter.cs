using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Torch.Serialization;

/// <summary>Writes safetensors files, straight from the tensors' memory.</summary>
/// <remarks>
/// The same tensors give the same bytes: wider element types first, so that every tensor is aligned, then by name in ordinal
/// order; the header is padded with spaces to a multiple of 8.
/// </remarks>
public static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int PieceBytes = 1 << 26;

    private static readonly Dictionary<string, string> TorchMetadata = new() { ["format"] = "pt" };

    // As the reference writes them: names in any script stay readable, quotes and controls are escaped.
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file whole or not at all (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="tensors">What to write, names distinct; their memory must stay valid meanwhile.</param>
    /// <param name="metadata">Free text; <c>{"format": "pt"}</c> where null, which transformers asks for.</param>
    /// <exception cref="ArgumentException">A name is there twice, is <c>__metadata__</c>, or the header would be too long.</exception>
    /// <exception cref="IOException">The disk is full, or refuses otherwise; an older file is untouched.</exception>
    public static void Write(
        string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes to a stream, for a file in a folder that <see cref="AtomicFolder"/> makes whole.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{StoredTensor}, IReadOnlyDictionary{string, string})"/>
    public static void Write(
        Stream stream, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] ordered =
        [
            .. tensors.OrderByDescending(tensor => StoredDType.ElementSize(tensor.DType))
                .ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
        CheckNames(ordered);

        stream.Write(Header(ordered, metadata ?? TorchMetadata));
        foreach (var tensor in ordered)
        {
            WriteBytes(stream, tensor);
        }
    }

    private static void CheckNames(StoredTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataKey || !names.Add(tensor.Name))
            {
                throw new ArgumentException(
                    $"A safetensors file cannot hold tensor '{tensor.Name}': names must be distinct and not {SafetensorsHeader.MetadataKey}.",
                    nameof(tensors));
            }
        }
    }

    private static ReadOnlySpan<byte> Header(StoredTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = new ArrayBufferWriter<byte>();
        header.GetSpan(sizeof(ulong))[..sizeof(ulong)].Clear();
        header.Advance(sizeof(ulong));
        using (var json = new Utf8JsonWriter(header, HeaderOptions))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long begin = 0;
            foreach (var tensor in tensors)
            {
                WriteEntry(json, tensor, begin);
                begin += tensor.ByteLength;
            }

            json.WriteEndObject();
        }

        while (header.WrittenCount % Alignment != 0)
        {
            header.Write(" "u8);
        }

        var length = header.WrittenCount - sizeof(ulong);
        if (length > SafetensorsReader.MaxHeaderBytes)
        {
            throw new ArgumentException($"The header takes {length} bytes, readers accept {SafetensorsReader.MaxHeaderBytes}.", nameof(tensors));
        }

        var bytes = header.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        return bytes;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", StoredDType.SafetensorsName(tensor.DType));
        WriteNumbers(json, "shape", tensor.Shape);
        WriteNumbers(json, "data_offsets", [begin, begin + tensor.ByteLength]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static unsafe void WriteBytes(Stream stream, StoredTensor tensor)
    {
        for (long done = 0; done < tensor.ByteLength; done += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, tensor.ByteLength - done);
            stream.Write(new ReadOnlySpan<byte>((byte*)tensor.Pointer + done, length));
        }

        GC.KeepAlive(tensor);
    }
}
