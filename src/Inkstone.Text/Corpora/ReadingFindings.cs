using System.Globalization;

namespace Inkstone.Text.Corpora;

/// <summary>What a reader says beside the rows, gathered for the user.</summary>
/// <param name="setAside">Told of every record that could not become a row; null where counting them is enough.</param>
public sealed class ReadingFindings(Action<SetAsideRecord>? setAside = null)
{
    private readonly OrderedDictionary<string, OpenedFile> opened = [];
    private readonly OrderedDictionary<string, (int Count, SetAsideRecord First)> unreadable = [];

    /// <summary>Label names that a file declares; null where none does.</summary>
    public IReadOnlyList<string>? LabelNames => opened.Values.Select(file => file.LabelNames).FirstOrDefault(names => names is not null);

    /// <summary>Records that could not become rows.</summary>
    public int Unreadable => unreadable.Values.Sum(file => file.Count);

    /// <summary>A sentence for each thing that the user should know: encodings other than UTF-8, and records set aside.</summary>
    public IReadOnlyList<string> Notices() =>
    [
        .. opened.Values.Where(file => file.Encoding is not (null or "utf-8")).Select(file => $"{file.Path}: read as {file.Encoding}."),
        .. unreadable.Select(file => string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Key}: {file.Value.Count} {(file.Value.Count == 1 ? "record could not be read and was" : "records could not be read and were")} set aside; the first, in line {file.Value.First.Line}: {file.Value.First.Problem}.")),
    ];

    /// <summary>A file was opened. What is said of a file again replaces what was said before (<see cref="ReadOptions.Opened"/>).</summary>
    public void Add(OpenedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        opened[file.Path] = file;
    }

    /// <summary>A record could not become a row.</summary>
    public void Add(SetAsideRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        unreadable[record.File] = unreadable.TryGetValue(record.File, out var known) ? known with { Count = known.Count + 1 } : (1, record);
        setAside?.Invoke(record);
    }
}
