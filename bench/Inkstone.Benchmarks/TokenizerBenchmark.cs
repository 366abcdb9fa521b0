using BenchmarkDotNet.Attributes;
using Inkstone.Text.Chunking;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Benchmarks;

/// <summary>Chinese sentences with words, numbers and punctuation in them; one operation is one sentence.</summary>
[InProcess]
[MemoryDiagnoser]
public class TokenizerBenchmark
{
    private const string Sentence = "房间很小，服务态度也一般，iPhone12的WiFi信号真差，电池只有80%！//@张三:转发微博[泪]#武汉加油# 不会再来了。";
    private const int Sentences = 1000;

    private readonly string[] texts = [.. Enumerable.Range(0, Sentences).Select(i => Sentence[(i % 20)..])];
    private readonly TokenBuffer ids = new();
    private readonly TokenBuffer offsets = new(OffsetUnit.CodePoint);
    private WordPieceTokenizer tokenizer = null!;
    private TextEncoder encoder = null!;

    [GlobalSetup]
    public void Load()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Inkstone.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("No Inkstone.slnx above the benchmark.");
        }

        tokenizer = WordPieceTokenizer.Load(Path.Combine(root, "tests", "golden", "vocab.txt"));
        encoder = new TextEncoder(tokenizer, new TextEncoderOptions { MaxLength = 64 });
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Sentences)]
    public int AppendIds() => Append(ids);

    [Benchmark(OperationsPerInvoke = Sentences)]
    public int AppendIdsAndOffsets() => Append(offsets);

    [Benchmark(OperationsPerInvoke = Sentences)]
    public int EncodeToArrays() => texts.Sum(text => encoder.Encode(text).Chunks[0].InputIds.Length);

    private int Append(TokenBuffer buffer)
    {
        buffer.Clear();
        foreach (var text in texts)
        {
            tokenizer.Append(text, buffer);
        }

        return buffer.Count;
    }
}
