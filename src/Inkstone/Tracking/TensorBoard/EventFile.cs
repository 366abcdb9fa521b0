using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace Inkstone.Tracking.TensorBoard;

/// <summary>Writes one event file: records of length, its checksum, an <see cref="Event"/> and its checksum.</summary>
internal sealed class EventFile : IDisposable
{
    private readonly AppendedFile file;
    private readonly TimeProvider time;

    /// <summary>Starts the next file of a folder; TensorBoard reads them in the order of their names.</summary>
    public EventFile(string folder, TimeProvider time)
    {
        this.time = time;
        file = AppendedFile.Create(NextPath(folder, time.GetUtcNow().ToUnixTimeSeconds()));
        Append(new Event { FileVersion = "brain.Event:2", SourceMetadata = new() { Writer = "inkstone" } });
    }

    /// <summary>Appends a summary of a step.</summary>
    public void Append(long step, Summary summary) => Append(new Event { Step = step, Summary = summary });

    /// <summary>Makes TensorBoard drop what earlier files say of <paramref name="step"/> and later ones.</summary>
    public void Restart(long step) => Append(new Event { Step = step, SessionLog = new() { Status = SessionLog.Types.SessionStatus.Start } });

    /// <summary>Reads a file's events up to the first that a kill cut.</summary>
    public static IEnumerable<Event> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[8 + 4];
        while (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            var size = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (size < 0 || stream.Position + size + 4 > stream.Length)
            {
                yield break;
            }

            var body = new byte[size + 4];
            stream.ReadExactly(body);
            if (BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan((int)size)) != MaskedCrc(body.AsSpan(0, (int)size)))
            {
                yield break;
            }

            yield return Event.Parser.ParseFrom(body, 0, (int)size);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>TensorBoard's checksum of some bytes: CRC-32C, rotated and moved so that a checksum of checksums is none.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = BitOperations.Crc32C(crc, each);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    /// <summary>An event as a record of the file.</summary>
    public static byte[] Frame(Event @event)
    {
        var size = @event.CalculateSize();
        var record = new byte[8 + 4 + size + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, size);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        @event.WriteTo(record.AsSpan(12, size));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + size), MaskedCrc(record.AsSpan(12, size)));
        return record;
    }

    private void Append(Event @event)
    {
        @event.WallTime = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        file.Append(Frame(@event));
    }

    private static string NextPath(string folder, long seconds)
    {
        for (var n = 0; ; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{n}");
            if (!File.Exists(Path.Combine(folder, name)))
            {
                return Path.Combine(folder, name);
            }
        }
    }
}
