using System.Buffers.Binary;
using System.IO.Compression;

namespace Inkstone.Tests.Tracking;

/// <summary>Reads a PNG of eight bits a channel, RGB, without filters; refuses wrong checksums.</summary>
internal static class PngReader
{
    public static (int Width, int Height, byte[] Rgb) Read(ReadOnlySpan<byte> png)
    {
        var (width, height) = (0, 0);
        var data = new MemoryStream();
        for (var rest = png[8..]; rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            var type = System.Text.Encoding.ASCII.GetString(rest.Slice(4, 4));
            var content = rest.Slice(8, length);
            if (Crc(rest.Slice(4, 4 + length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]))
            {
                throw new InvalidDataException($"The checksum of {type} is wrong.");
            }

            if (type == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]));
            }
            else if (type == "IDAT")
            {
                data.Write(content);
            }

            rest = rest[(12 + length)..];
        }

        data.Position = 0;
        using var pixels = new MemoryStream();
        new ZLibStream(data, CompressionMode.Decompress).CopyTo(pixels);
        var lines = pixels.ToArray().Chunk(1 + (3 * width)).ToArray();
        return (width, height, [.. lines.SelectMany(line => line.Skip(1))]);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
