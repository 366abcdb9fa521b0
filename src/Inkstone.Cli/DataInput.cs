using Inkstone.Text.Corpora;

namespace Inkstone.Cli;

/// <summary>Data files, patterns and folders, or standard input where the name is a dash.</summary>
internal static class DataInput
{
    /// <summary>Reads as <see cref="Read"/> does, and says on standard error at the end, also at a bad one, what the reader found.</summary>
    /// <param name="paths">As for <see cref="Read"/>.</param>
    /// <param name="options">Where records may be set aside, these say so.</param>
    /// <param name="terminal">Told of encodings other than UTF-8, and of records set aside.</param>
    public static IEnumerable<Row> ReadAloud(IReadOnlyList<string> paths, ReadOptions options, Terminal terminal)
    {
        var findings = new ReadingFindings(options.SetAside);
        var rows = Read(paths, Hearing(options, findings));
        return Rows();

        IEnumerable<Row> Rows()
        {
            try
            {
                foreach (var row in rows)
                {
                    yield return row;
                }
            }
            finally
            {
                Say(findings, terminal);
            }
        }
    }

    /// <summary>The same options, heard by findings too.</summary>
    public static ReadOptions Hearing(ReadOptions options, ReadingFindings findings) => options with
    {
        Opened = file =>
        {
            options.Opened?.Invoke(file);
            findings.Add(file);
        },
        SetAside = options.SetAside is null ? null : findings.Add,
    };

    /// <summary>A sentence on standard error for each thing found.</summary>
    public static void Say(ReadingFindings findings, Terminal terminal)
    {
        foreach (var sentence in findings.Notices())
        {
            terminal.Note(sentence);
        }
    }

    /// <summary>Reads the parts of one split.</summary>
    public static IEnumerable<Row> Read(IReadOnlyList<string> paths, ReadOptions options)
    {
        if (!paths.Contains("-"))
        {
            return CorpusReader.Read(paths, options);
        }

        return paths.Count == 1 && options.Split is null
            ? CorpusReader.Read(Console.OpenStandardInput(), "standard input", options with { Format = CorpusFormat.PlainText })
            : throw new WrongCallException("- is standard input, which is read alone and has no splits; write it to a file first.");
    }
}
