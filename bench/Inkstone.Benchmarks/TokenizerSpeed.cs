using System.Diagnostics;
using System.Globalization;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Benchmarks;

/// <summary>Tokens a second over the lines of a file, on one thread: the median of several passes.</summary>
internal static class TokenizerSpeed
{
    private const int Passes = 21;

    internal static void Measure(string file, string vocabulary)
    {
        var loading = Stopwatch.StartNew();
        var tokenizer = WordPieceTokenizer.Load(vocabulary);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tokenizer.VocabularySize} tokens loaded in {loading.Elapsed.TotalMilliseconds:F1} ms"));
        var texts = File.ReadAllLines(file);
        foreach (var unit in Enum.GetValues<OffsetUnit>())
        {
            var (tokensPerSecond, tokens, allocated) = Median(tokenizer, texts, unit);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"offsets {unit,-9}: {tokensPerSecond / 1e6:F1} M tokens/s ({texts.Length} texts, {texts.Sum(text => text.Length)} characters, {tokens} tokens, {allocated} bytes allocated a pass)"));
        }
    }

    private static (double TokensPerSecond, long Tokens, long Allocated) Median(WordPieceTokenizer tokenizer, string[] texts, OffsetUnit unit)
    {
        var buffer = new TokenBuffer(unit);
        var rates = new List<double>();
        var (tokens, allocated) = (0L, 0L);
        for (var pass = -3; pass < Passes; pass++) // the first passes warm up
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            tokens = Pass(tokenizer, texts, buffer);
            var elapsed = Stopwatch.GetElapsedTime(start);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (pass >= 0)
            {
                rates.Add(tokens / elapsed.TotalSeconds);
            }

            Thread.Sleep(20); // lets the runtime put the optimized code in place
        }

        rates.Sort();
        return (rates[rates.Count / 2], tokens, allocated);
    }

    private static long Pass(WordPieceTokenizer tokenizer, string[] texts, TokenBuffer buffer)
    {
        var tokens = 0L;
        foreach (var text in texts)
        {
            buffer.Clear();
            tokenizer.Append(text, buffer);
            tokens += buffer.Count;
        }

        return tokens;
    }
}
