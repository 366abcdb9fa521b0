using System.Buffers.Binary;
using System.Text;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>Safetensors files by hand, true or false.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, int dataLength, ulong? claimedHeaderLength = null) =>
        File(Encoding.UTF8.GetBytes(header), dataLength, claimedHeaderLength);

    public static byte[] File(byte[] header, int dataLength, ulong? claimedHeaderLength = null)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedHeaderLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        for (var i = 0; i < dataLength; i++)
        {
            file[8 + header.Length + i] = (byte)i;
        }

        return file;
    }
}
