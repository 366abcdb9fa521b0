using System.Diagnostics;
using System.Globalization;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Benchmarks;

/// <summary>Seconds from a labelled file to packed ids in memory: reading, cleaning, judging and tokenizing; the median of several passes.</summary>
internal static class EncodingSpeed
{
    private const int Passes = 11;

    internal static void Measure(string path, string vocabulary)
    {
        var tokenizer = WordPieceTokenizer.Load(vocabulary);
        Measure(path, new(tokenizer, new()), new DataOptions { TrainFile = path }, "");
        var weibo = new DataOptions { TrainFile = path, Cleaning = new() { Normalize = TextNormalization.Weibo } };
        Measure(path, new(tokenizer, new(), TextCleaner.For(weibo.Cleaning)), weibo, ", weibo");
    }

    private static void Measure(string path, TextEncoder encoder, DataOptions options, string preset)
    {
        var files = new SplitFiles([path], null);
        foreach (var threads in new[] { 1, 2, Environment.ProcessorCount }.Distinct())
        {
            var pass = new EncodingPass(encoder, options.Cleaning, threads - 1);
            Report(string.Create(CultureInfo.InvariantCulture, $"{threads} threads{preset}"), () => pass.Run(LabelledRows.Open(files, options), default));
        }

        var folder = Directory.CreateTempSubdirectory("inkstone-bench-").FullName;
        try
        {
            var cache = new EncodedCache(folder, Console.Error.WriteLine, TimeProvider.System);
            Report($"cached{preset}", () =>
            {
                var rows = LabelledRows.Open(files, options);
                return cache.GetOrMake(EncodedFileKey.Of(rows.Files, rows.Options, options.Cleaning, encoder), () => new EncodingPass(encoder, options.Cleaning, 1).Run(rows, default));
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(string what, Func<EncodedFile> run)
    {
        var times = new List<double>();
        var (rows, tokens) = (0, 0L);
        for (var pass = -3; pass < Passes; pass++) // the first passes warm up
        {
            var start = Stopwatch.GetTimestamp();
            using var file = run();
            if (pass >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            (rows, tokens) = (file.Rows.Count, Enumerable.Range(0, file.Rows.Count).Sum(row => (long)file.Rows[row].Tokens));
        }

        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-16}: median {times[times.Count / 2]:F1} ms, fastest {times[0]:F1} ms ({rows} rows, {tokens} ids)"));
    }
}
