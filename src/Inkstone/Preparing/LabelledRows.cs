using System.Globalization;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>The labelled rows of one split: read as often as they are needed, never all in memory.</summary>
internal sealed class LabelledRows
{
    private readonly SplitFiles split;

    private LabelledRows(SplitFiles split, ReadOptions options, IReadOnlyList<DataFile> files)
    {
        this.split = split;
        Options = options;
        Files = files;
    }

    /// <summary>What the caller named.</summary>
    public string Name => split.ToString();

    /// <summary>Which columns are read, and how.</summary>
    public ReadOptions Options { get; }

    /// <summary>What is read, as it was when this was opened.</summary>
    public IReadOnlyList<DataFile> Files { get; }

    /// <summary>Looks at the files; nothing is parsed yet.</summary>
    /// <exception cref="InvalidDataFileException">The file cannot be read.</exception>
    public static LabelledRows Open(SplitFiles split, DataOptions options) =>
        new(split, ReadOptionsOf(options) with { Split = split.Split }, [.. split.Files.Concat(split.LabelFiles).Select(DataFile.Of)]);

    /// <summary>Reads the rows in the file's order.</summary>
    /// <param name="findings">Told what the reader finds; null where it was told before.</param>
    /// <exception cref="InvalidDataFileException">The file cannot be used as it is, or has changed since this was opened.</exception>
    public IEnumerable<Row> Read(ReadingFindings? findings = null)
    {
        findings ??= new();
        foreach (var row in CorpusReader.Read(split.Paths, Options with { Opened = findings.Add, SetAside = findings.Add }))
        {
            yield return row;
        }

        foreach (var file in Files)
        {
            file.ThrowIfChanged();
        }
    }

    /// <summary>Reads some of the rows again.</summary>
    /// <param name="numbers">Places among all rows, from 0, ascending.</param>
    /// <exception cref="InvalidDataFileException">The file has changed since this was opened.</exception>
    public IEnumerable<Row> Read(IEnumerable<int> numbers)
    {
        using var wanted = numbers.GetEnumerator();
        if (!wanted.MoveNext())
        {
            yield break;
        }

        foreach (var (number, row) in Read().Index())
        {
            if (number == wanted.Current)
            {
                yield return row;
                if (!wanted.MoveNext())
                {
                    yield break;
                }
            }
        }

        throw DataFile.Changed(Name);
    }

    private static ReadOptions ReadOptionsOf(DataOptions options) => new()
    {
        TextColumn = options.TextColumn,
        TextPairColumn = options.TextPairColumn,
        LabelColumn = options.LabelColumn,
        IdColumn = options.IdColumn,
        GroupColumn = options.GroupColumn,
        LabelMap = options.LabelMap,
        Encoding = options.Encoding,
        Where = options.Where,
        Labels = LabelUse.Required,
    };
}

/// <summary>What a reader says beside the rows.</summary>
/// <param name="setAside">Told of every record that could not become a row; null where counting them is enough.</param>
internal sealed class ReadingFindings(Action<SetAsideRecord>? setAside = null)
{
    private readonly List<OpenedFile> opened = [];
    private readonly Dictionary<string, (int Count, SetAsideRecord First)> unreadable = [];

    /// <summary>Label names that a file declares; null where none does.</summary>
    public IReadOnlyList<string>? LabelNames => opened.Select(file => file.LabelNames).FirstOrDefault(names => names is not null);

    /// <summary>Records that could not become rows.</summary>
    public int Unreadable => unreadable.Values.Sum(file => file.Count);

    /// <summary>A sentence for each thing that the user should know.</summary>
    public IEnumerable<string> Notices() =>
    [
        .. opened.Where(file => file.Encoding is not (null or "utf-8")).Select(file => $"{file.Path}: read as {file.Encoding}."),
        .. unreadable.Select(file => string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Key}: {file.Value.Count} {(file.Value.Count == 1 ? "record could not be read and was" : "records could not be read and were")} set aside; the first, in line {file.Value.First.Line}: {file.Value.First.Problem}.")),
    ];

    public void Add(OpenedFile file) => opened.Add(file);

    public void Add(SetAsideRecord record)
    {
        unreadable[record.File] = unreadable.TryGetValue(record.File, out var known) ? known with { Count = known.Count + 1 } : (1, record);
        setAside?.Invoke(record);
    }
}
