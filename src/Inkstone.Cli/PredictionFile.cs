using System.Diagnostics;
using Inkstone.Predicting;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone.Cli;

/// <summary>What predicting a file took; loading the model is not in it.</summary>
internal sealed record PredictionSummary(long Samples, double Seconds, double SamplesPerSecond, double TokensPerSecond, double PeakMemoryMib);

/// <summary>Writes one prediction a row, in the input's order.</summary>
internal static class PredictionFile
{
    /// <summary>Rows that are in memory at once: enough that batches of even length can be found among them.</summary>
    private const int Window = 16384;

    public static PredictionSummary Write(TextClassifier classifier, IEnumerable<Row> rows, string output, Terminal terminal, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        long samples = 0;
        long tokens = 0;
        using var progress = new CountProgress(terminal, "Predicting");
        AtomicFile.Write(output, stream =>
        {
            using var writer = RowWriter.Create(stream, output);
            foreach (var window in rows.Chunk(Window))
            {
                var predictions = classifier.Predict([.. window.Select(row => (row.Text, row.TextPair))], progress.Add, stop);
                for (var index = 0; index < window.Length; index++)
                {
                    writer.Write(PredictionRow.Of(window[index], predictions[index], classifier.LabelNames));
                    tokens += predictions[index].TokenCount;
                }

                samples += window.Length;
            }
        });
        var seconds = clock.Elapsed.TotalSeconds;
        return new(samples, seconds, samples / seconds, tokens / seconds, PeakMemory.Mebibytes);
    }
}
