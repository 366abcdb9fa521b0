using System.Collections.Concurrent;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>Reads an input once more and looks for its rows in all others.</summary>
internal static class LeakSearch
{
    private const int MostExamples = 10;

    /// <summary>What each other input holds of this one.</summary>
    /// <exception cref="InvalidDataFileException">The file has other rows than when it was counted.</exception>
    public static IEnumerable<Leak> Into(FileCounter to, IReadOnlyList<FileCounter> all, WindowSets windows, DataReportOptions options, CancellationToken cancellation)
    {
        Found[] others = [.. all.Where(file => file.Index != to.Index).Select(file => new Found(file))];
        var scratch = new ConcurrentBag<ComparableRow>();
        var rows = 0L;
        RowBatches.Run(
            CorpusReader.Read(to.Input.Path, to.Input.Options with { Opened = null, SetAside = Ignore }),
            batch =>
            {
                var comparable = scratch.TryTake(out var free) ? free : new ComparableRow();
                var leaked = Search(batch, comparable, to, others, windows);
                scratch.Add(comparable);
                return leaked;
            },
            leaked =>
            {
                rows += leaked.Rows;
                foreach (var (other, row, source, share, hasOtherLabel) in leaked.Hits)
                {
                    others[other].Add(row, source, share, hasOtherLabel);
                }

                if (leaked.Unknown is { } unknown)
                {
                    throw Changed(to, unknown.Line);
                }

                options.Progress?.Invoke(leaked.Rows);
            },
            options.Threads,
            cancellation);
        return rows == to.Rows
            ? others.Select(other => other.ToLeak(to, windows.IsSampled))
            : throw Changed(to, null);
    }

    private static Leaked Search(IReadOnlyList<Row> batch, ComparableRow comparable, FileCounter to, Found[] others, WindowSets windows)
    {
        var hits = new List<Hit>();
        foreach (var row in batch)
        {
            comparable.Windows.Clear();
            var hash = comparable.Read(row, withWindows: true, out _);
            if (!to.Texts.Contains(hash))
            {
                return new(batch.Count, hits, row);
            }

            for (var i = 0; i < others.Length; i++)
            {
                if (others[i].File.Texts.Find(hash, row.Label, out var hasOtherLabel) is { } source)
                {
                    hits.Add(new(i, row, source, 1, hasOtherLabel));
                }
                else if (windows.Share(others[i].File.Index, comparable.Windows.Hashes) is > Leak.NearShare and var share)
                {
                    hits.Add(new(i, row, null, share, false));
                }
            }
        }

        return new(batch.Count, hits, null);
    }

    private static void Ignore(SetAsideRecord record)
    {
        // It was reported when the rows were counted.
    }

    private static InvalidDataFileException Changed(FileCounter file, int? line) => new(
        file.Input.Path, line, "the file changed while it was read", "the same rows both times", "Wait until it is written, and call again.");

    private sealed record Leaked(int Rows, List<Hit> Hits, Row? Unknown);

    private readonly record struct Hit(int Other, Row Row, LabelledPlace? Source, double Share, bool HasOtherLabel);

    private sealed class Found(FileCounter file)
    {
        private readonly List<LeakExample> exactExamples = [];
        private readonly List<LeakExample> nearExamples = [];
        private long exact, otherLabel, near;

        public FileCounter File { get; } = file;

        public void Add(Row row, LabelledPlace? source, double share, bool hasOtherLabel)
        {
            var examples = source is null ? nearExamples : exactExamples;
            exact += source is null ? 0 : 1;
            near += source is null ? 1 : 0;
            otherLabel += hasOtherLabel ? 1 : 0;
            if (examples.Count < MostExamples)
            {
                examples.Add(new(TextStart.Of(row.Text), new(row.File, row.Line, row.Label), source, share));
            }
        }

        public Leak ToLeak(FileCounter to, bool nearIsEstimate) => new(
            File.Input.Split, to.Input.Split, to.Rows, exact, otherLabel, near, nearIsEstimate, [.. exactExamples.Take(MostExamples / 2), .. nearExamples.Take(MostExamples / 2)]);
    }
}
