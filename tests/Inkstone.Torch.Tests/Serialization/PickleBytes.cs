using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>Pickles and the archives around them by hand, honest or not.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> bytes = [0x80, 2];

    public static byte[] Archive(byte[] program, params (string Key, byte[] Content)[] storages)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "model/data.pkl", program);
            Add(archive, "model/byteorder", "little"u8.ToArray());
            foreach (var (key, content) in storages)
            {
                Add(archive, $"model/data/{key}", content);
            }
        }

        return stream.ToArray();
    }

    public static void Add(ZipArchive archive, string name, byte[] content, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var entry = archive.CreateEntry(name, level).Open();
        entry.Write(content);
    }

    /// <summary>A whole state dict of one tensor <c>w</c> over storage <c>0</c>.</summary>
    public static byte[] OneTensor(
        long[] shape, long[] strides, long offset = 0, long count = 6, string storage = "FloatStorage", string key = "0") =>
        new PickleBytes().Op('}').Text("w").Tensor(shape, strides, offset, count, storage, key).Op('s').Op('.').ToArray();

    public PickleBytes Op(char operation, params byte[] arguments)
    {
        bytes.Add((byte)operation);
        bytes.AddRange(arguments);
        return this;
    }

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Op('X', Little((uint)utf8.Length));
        bytes.AddRange(utf8);
        return this;
    }

    public PickleBytes Global(string module, string name) => Op('c', Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Integer(long value)
    {
        var digits = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(digits, value);
        return Op('\u008A', [8, .. digits]);
    }

    public PickleBytes Integers(long[] values)
    {
        Op('(');
        foreach (var value in values)
        {
            Integer(value);
        }

        return Op('t');
    }

    public PickleBytes Tensor(long[] shape, long[] strides, long offset, long count, string storage, string key) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Integer(count).Op('t').Op('Q')
            .Integer(offset).Integers(shape).Integers(strides).Op('\u0089')
            .Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    public byte[] ToArray() => [.. bytes];

    public static byte[] Little(uint value)
    {
        var digits = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(digits, value);
        return digits;
    }
}
