using System.Diagnostics;
using System.Text.Json.Nodes;
using Inkstone.Predicting;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli;

/// <summary>What predicting a file took; loading the model is not in it.</summary>
internal sealed record PredictionSummary(long Samples, double Seconds, double SamplesPerSecond, double TokensPerSecond, double PeakMemoryMib)
{
    public static PredictionSummary Of(long samples, long tokens, TimeSpan time) =>
        new(samples, time.TotalSeconds, samples / time.TotalSeconds, tokens / time.TotalSeconds, PeakMemory.Mebibytes);
}

/// <summary>Writes one prediction a row, in the input's order.</summary>
internal static class PredictionFile
{
    /// <summary>Rows that are in memory at once: enough that batches of even length can be found among them.</summary>
    private const int Window = 16384;

    public static PredictionSummary Write(ITextClassifier classifier, IEnumerable<Row> rows, string output, PredictionShow show, Terminal terminal, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        long samples = 0;
        long tokens = 0;

        // A csv has one set of columns: chunks stand in it wherever some row may have them.
        var withChunks = classifier.ChunksTexts && Path.GetExtension(output).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        var cleans = !TextCleaner.For(classifier.Cleaning).IsIdentity;
        var notes = new ReadingNotes();
        using var progress = new CountProgress(terminal, "Predicting");
        RowFile.Write(output, Predict());
        var time = clock.Elapsed;
        notes.Say(terminal);
        return PredictionSummary.Of(samples, tokens, time);

        IEnumerable<(Row, IEnumerable<KeyValuePair<string, JsonNode?>>)> Predict()
        {
            foreach (var window in rows.Chunk(Window))
            {
                var predictions = classifier.Predict([.. window.Select(row => (row.Text, row.TextPair))], progress.Add, stop);
                notes.Add(predictions);
                foreach (var (row, prediction) in window.Zip(predictions))
                {
                    samples++;
                    tokens += prediction.TokenCount;
                    yield return (row, PredictionRow.Of(row, prediction, classifier.LabelNames, withChunks, cleans, show));
                }
            }
        }
    }
}
