using System.Collections.Concurrent;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Profiling;

/// <summary>Reads one input once and keeps counts: a hash for each different text, never the texts.</summary>
internal sealed class FileCounter
{
    private const int MostUnknownCharacters = 20;
    private const int MostSetAsideRecords = 20;

    private readonly ReportInput input;
    private readonly int index;
    private readonly OrderedDictionary<string, string> encodings = [];
    private readonly List<SetAsideRecord> setAside = [];
    private readonly LengthHistogram characters = new();
    private readonly LengthHistogram tokens = new();
    private readonly Dictionary<int, long> unknownCharacters = [];
    private readonly long[] marks = new long[TextMarks.Names.Count];
    private CorpusFormat? format;
    private bool toldOfFiles;
    private long empty, unlabelled, textTokens, unknownTokens, setAsideCount;

    private FileCounter(ReportInput input, int index) => (this.input, this.index) = (input, index);

    /// <summary>The input.</summary>
    public ReportInput Input => input;

    /// <summary>Its place among the inputs.</summary>
    public int Index => index;

    /// <summary>How many rows it has.</summary>
    public long Rows => characters.Count;

    /// <summary>Its different texts and their labels.</summary>
    public TextTable Texts { get; } = new();

    /// <summary>Reads and counts.</summary>
    public static FileCounter Count(
        ReportInput input, int index, WordPieceTokenizer tokenizer, WindowSets? windows, DataReportOptions options, CancellationToken cancellation)
    {
        var counter = new FileCounter(input, index);
        var scratch = new ConcurrentBag<RowCounter>();
        RowBatches.Run(
            input.Read(counter.ListeningOptions(isReadAgain: windows is not null)),
            batch =>
            {
                var rows = scratch.TryTake(out var free) ? free : new RowCounter(tokenizer);
                var counts = rows.Count(batch, withWindows: windows is not null);
                scratch.Add(rows);
                return counts;
            },
            counts =>
            {
                counter.Add(counts);
                windows?.Add(index, counts.Windows);
                options.Progress?.Invoke(counts.Rows.Count);
            },
            options.Threads,
            cancellation);
        return counter;
    }

    /// <summary>Everything that was counted.</summary>
    public FileProfile ToProfile() => new()
    {
        Path = input.Path,
        Split = input.Split,
        Format = format,
        Encoding = toldOfFiles ? encodings.Count == 0 ? null : string.Join(", ", encodings.Values.Distinct()) : "utf-8",
        Rows = Rows,
        Empty = empty,
        Duplicates = Rows - Texts.Count,
        Conflicting = Texts.ConflictCount,
        Conflicts = Texts.Conflicts(),
        Unlabelled = unlabelled,
        Labels = Texts.Labels.Counts(),
        HasTooManyLabels = Texts.Labels.IsFull,
        Characters = characters,
        Tokens = tokens,
        TextTokens = textTokens,
        UnknownTokens = unknownTokens,
        UnknownCharacters =
        [
            .. unknownCharacters.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
                .Take(MostUnknownCharacters).Select(entry => new UnknownCharacter(entry.Key, entry.Value)),
        ],
        Marks = [.. TextMarks.Names.Zip(marks, (name, rows) => new MarkCount(name, rows))],
        Truncation = [.. DataReport.MaxLengths.Select(Loss)],
        SetAside = setAsideCount,
        SetAsideRecords = setAside,
    };

    private TruncationLoss Loss(int maxLength)
    {
        var (rows, excess) = tokens.Above(maxLength);
        return new(maxLength, rows, excess);
    }

    private ReadOptions ListeningOptions(bool isReadAgain) => input.Options with
    {
        Opened = file =>
        {
            toldOfFiles = true;
            format ??= file.Format;
            if (isReadAgain && !file.CanBeReadAgain)
            {
                throw new InvalidDataFileException(
                    file.Path, null, "this is a pipe, which can be read only once, and leaks are looked for in a second reading", "files, or one pipe alone",
                    "Write its content to a file, and name that.");
            }

            if (file.Encoding is { } encoding)
            {
                encodings[file.Path] = encoding;
            }

            input.Options.Opened?.Invoke(file);
        },
        SetAside = record =>
        {
            setAsideCount++;
            if (setAside.Count < MostSetAsideRecords)
            {
                setAside.Add(record);
            }

            input.Options.SetAside?.Invoke(record);
        },
    };

    private void Add(BatchCounts counts)
    {
        for (var i = 0; i < counts.Rows.Count; i++)
        {
            var (row, count) = (counts.Rows[i], counts.Counts[i]);
            characters.Add(count.Characters);
            tokens.Add(count.Tokens);
            empty += count.IsEmpty ? 1 : 0;
            unlabelled += row.Label is null ? 1 : 0;
            Texts.Add(count.Hash, row);
        }

        textTokens += counts.TextTokens;
        unknownTokens += counts.UnknownTokens;
        for (var mark = 0; mark < marks.Length; mark++)
        {
            marks[mark] += counts.Marks[mark];
        }

        foreach (var (character, count) in counts.UnknownCharacters)
        {
            unknownCharacters[character] = unknownCharacters.GetValueOrDefault(character) + count;
        }
    }
}
