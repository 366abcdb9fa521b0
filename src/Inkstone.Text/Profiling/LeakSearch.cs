using System.Collections.Concurrent;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>Reads an input once more and looks for its rows in all others.</summary>
internal static class LeakSearch
{
    private const int MostExamples = 5;

    /// <summary>What each other input holds of this one.</summary>
    /// <exception cref="InvalidDataFileException">The file has other rows than when it was counted.</exception>
    public static IEnumerable<Leak> Into(FileCounter to, IReadOnlyList<FileCounter> all, WindowSets windows, DataReportOptions options, CancellationToken cancellation)
    {
        Found[] others = [.. all.Where(file => file.Index != to.Index).Select(file => new Found(file))];
        var scratch = new ConcurrentBag<ComparableRow>();
        var places = new RowPlaces();
        var rows = 0L;
        RowBatches.Run(
            to.Input.Read(to.Input.Options with { Opened = null, SetAside = Ignore }),
            batch =>
            {
                var comparable = scratch.TryTake(out var free) ? free : new ComparableRow();
                var leaked = Search(batch, comparable, to, others, windows);
                scratch.Add(comparable);
                return leaked;
            },
            leaked =>
            {
                rows += leaked.Rows.Count;
                var next = 0;
                foreach (var row in leaked.Rows)
                {
                    var (file, number) = places.Pass(row);
                    for (; next < leaked.Hits.Count && ReferenceEquals(leaked.Hits[next].Row, row); next++)
                    {
                        others[leaked.Hits[next].Other].Add(leaked.Hits[next], places.Place(file, number, row.Label));
                    }
                }

                if (leaked.Unknown is { } unknown)
                {
                    throw DataFile.Changed(to.Input.Path, unknown.Line);
                }

                options.Progress?.Invoke(leaked.Rows.Count);
            },
            options.Threads,
            cancellation);
        return rows == to.Rows
            ? others.Select(other => other.ToLeak(to, windows.IsSampled))
            : throw DataFile.Changed(to.Input.Path);
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
                return new(batch, hits, row);
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

        return new(batch, hits, null);
    }

    private static void Ignore(SetAsideRecord record)
    {
        // It was reported when the rows were counted.
    }

    private sealed record Leaked(IReadOnlyList<Row> Rows, List<Hit> Hits, Row? Unknown);

    private readonly record struct Hit(int Other, Row Row, LabelledPlace? Source, double Share, bool HasOtherLabel);

    private sealed class Found(FileCounter file)
    {
        private readonly List<LeakExample> exactExamples = [];
        private readonly List<LeakExample> nearExamples = [];
        private long exact, otherLabel, near;

        public FileCounter File { get; } = file;

        public void Add(Hit hit, LabelledPlace place)
        {
            var examples = hit.Source is null ? nearExamples : exactExamples;
            exact += hit.Source is null ? 0 : 1;
            near += hit.Source is null ? 1 : 0;
            otherLabel += hit.HasOtherLabel ? 1 : 0;
            if (examples.Count < MostExamples)
            {
                examples.Add(new(TextStart.Of(hit.Row.Text), place, hit.Source, hit.Share));
            }
        }

        public Leak ToLeak(FileCounter to, bool nearIsEstimate) => new(
            File.Input.Split, to.Input.Split, to.Rows, exact, otherLabel, near, nearIsEstimate, [.. exactExamples, .. nearExamples]);
    }
}
