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
    public IEnumerable<Row> Read(ReadingFindings? findings = null) => Read(Options, findings ?? new());

    private IEnumerable<Row> Read(ReadOptions options, ReadingFindings findings)
    {
        foreach (var row in CorpusReader.Read(split.Paths, options with { Opened = findings.Add, SetAside = findings.Add }))
        {
            yield return row;
        }

        foreach (var file in Files)
        {
            file.ThrowIfChanged();
        }
    }

    /// <summary>Reads some of the rows again, with the columns that are neither text nor label.</summary>
    /// <param name="numbers">Places among all rows, from 0, ascending.</param>
    /// <exception cref="InvalidDataFileException">The file has changed since this was opened.</exception>
    public IEnumerable<Row> Read(IEnumerable<int> numbers)
    {
        using var wanted = numbers.GetEnumerator();
        if (!wanted.MoveNext())
        {
            yield break;
        }

        foreach (var (number, row) in Read(Options with { WithMetadata = true }, new()).Index())
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

    /// <summary>How a recipe has files read.</summary>
    public static ReadOptions ReadOptionsOf(DataOptions options) => new()
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
