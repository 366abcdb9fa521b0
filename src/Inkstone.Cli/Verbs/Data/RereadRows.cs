using System.IO.Hashing;
using System.Runtime.InteropServices;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>
/// Rows that are read twice: once to decide about them, once to write them, so that none has to stay in memory between. A second reading
/// that differs is an error. Standard input and pipes come only once, and are kept.
/// </summary>
internal sealed class RereadRows(IReadOnlyList<string> files, ReadOptions options, Terminal terminal)
{
    private readonly XxHash64 first = new();
    private readonly List<Row> kept = [];
    private bool isKept;
    private long count;

    /// <summary>Records that could not become rows; known after the first reading.</summary>
    public List<SetAsideRecord> SetAside { get; } = [];

    /// <summary>How many rows there are; known after the first reading.</summary>
    public long Count => count;

    /// <summary>Reads every file in the order given, and says what the reader found.</summary>
    public IEnumerable<Row> ReadFirst()
    {
        var listening = options with { SetAside = SetAside.Add, Opened = file => isKept |= !file.CanBeReadAgain };
        foreach (var row in DataInput.ReadAloud(files, listening, terminal))
        {
            count++;
            Add(first, row);
            if (isKept)
            {
                kept.Add(row);
            }

            yield return row;
        }
    }

    /// <summary>Reads the same rows again.</summary>
    /// <exception cref="InvalidDataFileException">They are not the same.</exception>
    public IEnumerable<Row> ReadAgain()
    {
        var second = new XxHash64();
        long again = 0;
        foreach (var row in isKept ? kept : DataInput.Read(files, options with { SetAside = _ => { } }))
        {
            options.Stop.ThrowIfCancellationRequested();
            if (++again > count)
            {
                break;
            }

            Add(second, row);
            yield return row;
        }

        if (again != count || second.GetCurrentHashAsUInt64() != first.GetCurrentHashAsUInt64())
        {
            throw DataFile.Changed(string.Join(", ", files));
        }
    }

    private static void Add(XxHash64 hash, Row row)
    {
        Add(hash, row.Text);
        Add(hash, row.TextPair);
        Add(hash, row.Label);
        Add(hash, row.Id);
        Add(hash, row.Group);
        foreach (var (name, value) in row.Metadata)
        {
            Add(hash, name);
            Add(hash, value?.ToJsonString());
        }
    }

    /// <summary>Length first, so that no two rows are one run of characters; null has a length of its own.</summary>
    private static void Add(XxHash64 hash, string? value)
    {
        var length = value?.Length ?? -1;
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        hash.Append(MemoryMarshal.AsBytes(value.AsSpan()));
    }
}
