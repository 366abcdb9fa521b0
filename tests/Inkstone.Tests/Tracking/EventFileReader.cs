using System.Buffers.Binary;
using Inkstone.Tracking.TensorBoard;

namespace Inkstone.Tests.Tracking;

/// <summary>Reads event files as TensorBoard does: up to the first record that is not whole, and never past a wrong checksum.</summary>
internal static class EventFileReader
{
    public static IReadOnlyList<Event> Read(string path) => Read(File.ReadAllBytes(path));

    public static IReadOnlyList<Event> Read(ReadOnlySpan<byte> bytes)
    {
        var events = new List<Event>();
        while (bytes.Length >= 12)
        {
            var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            ThrowUnlessMasked(bytes[..8], bytes[8..]);
            if (bytes.Length < 16 + length)
            {
                break;
            }

            var data = bytes.Slice(12, (int)length);
            ThrowUnlessMasked(data, bytes[(12 + (int)length)..]);
            events.Add(Event.Parser.ParseFrom(data));
            bytes = bytes[(16 + (int)length)..];
        }

        return events;
    }

    /// <summary>The events of a folder as TensorBoard shows them: file by file, what a restart purges left out.</summary>
    public static IReadOnlyList<Event> ReadFolder(string folder)
    {
        var shown = new List<Event>();
        foreach (var each in Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(Read))
        {
            if (each.SessionLog?.Status == SessionLog.Types.SessionStatus.Start)
            {
                shown.RemoveAll(before => before.Step >= each.Step);
            }

            shown.Add(each);
        }

        return shown;
    }

    /// <summary>The scalars, each with its step.</summary>
    public static IReadOnlyList<(long Step, string Tag, float Value)> Scalars(IEnumerable<Event> events) =>
    [
        .. from each in events
           from value in each.Summary?.Value.AsEnumerable() ?? []
           where value.ValueCase == SummaryValue.ValueOneofCase.SimpleValue
           select (each.Step, value.Tag, value.SimpleValue),
    ];

    // Bit by bit, so that it shares nothing with what it checks.
    private static void ThrowUnlessMasked(ReadOnlySpan<byte> data, ReadOnlySpan<byte> masked)
    {
        var crc = uint.MaxValue;
        foreach (var each in data)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
            }
        }

        crc = ~crc;
        if (((crc >> 15) | (crc << 17)) + 0xa282ead8 != BinaryPrimitives.ReadUInt32LittleEndian(masked))
        {
            throw new InvalidDataException("A checksum is wrong.");
        }
    }
}
