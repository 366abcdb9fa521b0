using Inkstone.Torch.Kernels;
using Inkstone.Torch.Nn;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

/// <summary>Attention after a pattern, against dense attention with a mask.</summary>
public sealed class PatternAttentionTests
{
    private const int Heads = 2;

    private static readonly DropoutStream Stream = new(7, 3, 1);

    /// <summary>A window of 5 on both sides and one key that all see; keys of one head that count twice; a query that asks nothing.</summary>
    private static readonly AttentionPattern Mixed = new(5,
    [
        new(0, 40, DropsProbabilities: false,
        [
            new(1, 20, [[new(0, 1), new(1, 25, IsWindow: true)]]),
            new(21, 19, [[new(0, 1), new(16, 24, IsWindow: true)]]),
        ]),
        new(40, 30, DropsProbabilities: false,
        [
            new(40, 16, [[new(40, 30)], [new(40, 8), new(40, 8), new(60, 3)]]),
            new(56, 14, [[new(44, 10)], [new(40, 30)]]),
        ]),
    ]);

    [Theory]
    [InlineData(DType.Float32, 32, false)]
    [InlineData(DType.Float32, 7, false)]
    [InlineData(DType.BFloat16, 32, false)]
    [InlineData(DType.Float32, 32, true)]
    [InlineData(DType.Float32, 7, true)]
    public void Forward_WindowsAndKeysThatCountTwice_EqualMaskedAttention(DType dtype, int size, bool byOperators)
    {
        using var context = new Projections(Heads * size);
        using var scope = TensorScope.New();
        var product = Noise(1, 1, 70, 3 * Heads * size).To(dtype);
        var gradient = Noise(2, 1, 70, Heads * size).To(dtype);
        var (own, plain) = (Leaf(product), Leaf(product));

        var mixed = byOperators
            ? PatternedAttention.ForwardByOperators(own, context.Layers, Mixed, Heads, context.Dropout)
            : PatternedAttention.Forward(own, context.Layers, Mixed, Heads, context.Dropout)!;
        mixed.Backward(gradient);
        var biases = context.TakeGradients();
        var expected = Masked(plain, context, size).To(dtype);
        expected.Backward(gradient);

        ShouldBeClose(mixed, expected, "result");
        ShouldBeClose(own.Grad!, plain.Grad!, "gradient of the product");
        foreach (var (left, right) in biases.Zip(context.TakeGradients()))
        {
            ShouldBeClose(left, right, "gradient of a bias");
        }

        mixed.ToFloats()[..(Heads * size)].ShouldAllBe(value => value == 0, "row 0 asks nothing");

        void ShouldBeClose(Tensor left, Tensor right, string what)
        {
            var (a, b) = (left.ToFloats(), right.ToFloats());
            a.Length.ShouldBe(b.Length);
            for (var at = 0; at < a.Length; at++)
            {
                a[at].ShouldBe(b[at], dtype == DType.Float32 ? 2e-5f : 0.05f + (0.02f * Math.Abs(b[at])), $"{what} at {at}");
            }
        }
    }

    /// <summary>A pattern in which every block sees its whole chunk is attention over packed rows: the same bits, dropout included.</summary>
    [Fact]
    public void Apply_WholeChunks_DropsWhatPackedAttentionDrops()
    {
        using var scope = TensorScope.New();
        int[] lengths = [33, 64];
        var pattern = new AttentionPattern(0, [new(0, 33, true, [new(0, 33, [[new(0, 33)]])]), new(33, 64, true, [new(33, 64, [[new(33, 64)]])])]);
        var product = Noise(1, 1, 97, 3 * 64);
        Tensor[] biases = [Noise(2, 1, 64), Noise(3, 1, 64), Noise(4, 1, 64)];
        var (left, right) = (Leaf(product), Leaf(product));

        var own = new PatternAttention(pattern, Heads, 0.2, Stream).Apply([left, .. biases])[0];
        var packed = new PackedAttention(lengths, Heads, 0.2, Stream).Apply([right, .. biases])[0];
        own.Sum().Backward();
        packed.Sum().Backward();

        own.ToFloats().ShouldBe(packed.ToFloats());
        left.Grad!.ToFloats().ShouldBe(right.Grad!.ToFloats());
    }

    [Fact]
    public void Apply_ChunkThatDropsNothing_IsLeftAloneByDropout()
    {
        using var scope = TensorScope.New();
        var product = Noise(1, 1, 20, 3 * 64);
        Tensor[] biases = [Noise(2, 1, 64), Noise(3, 1, 64), Noise(4, 1, 64)];

        float[] With(bool drops, double rate) =>
            new PatternAttention(new(0, [new(0, 20, drops, [new(0, 20, [[new(0, 20)]])])]), Heads, rate, Stream).Apply([product, .. biases])[0].ToFloats();

        With(drops: false, 0.5).ShouldBe(With(drops: false, 0));
        With(drops: true, 0.5).ShouldNotBe(With(drops: true, 0));
    }

    /// <summary>Gradients by differences: the way back draws the mask that the way there drew, block by block.</summary>
    [Fact]
    public void Backward_WithDropout_IsTheSlopeOfForward()
    {
        const double Step = 1e-2;
        using var scope = TensorScope.New();
        var pattern = new AttentionPattern(4, [.. Mixed.Chunks.Select(chunk => chunk with { DropsProbabilities = true })]);
        var product = Leaf(Noise(1, 0.5, 70, 3 * Heads * 8));
        var direction = Noise(2, 0.5, 70, 3 * Heads * 8);
        var weights = Noise(3, 1, 70, Heads * 8);
        var zero = Tensor.Zeros([Heads * 8]);

        (Apply(product) * weights).Sum().Backward();
        var slope = (product.Grad! * direction).Sum().ToDouble();
        using var noGrad = GradMode.NoGrad();
        var difference = ((Apply(product + (direction * Step)) - Apply(product - (direction * Step))) * weights).Sum().ToDouble() / (2 * Step);

        slope.ShouldBe(difference, 2e-3 * Math.Abs(difference));
        Math.Abs(slope).ShouldBeGreaterThan(0.1);

        Tensor Apply(Tensor input) => new PatternAttention(pattern, Heads, 0.3, Stream).Apply(input, zero, zero, zero)[0];
    }

    [Fact]
    public void Apply_OneThreadAndSeveral_GiveTheSameBits()
    {
        using var scope = TensorScope.New();
        var threads = WorkerPool.Shared.Threads;
        var runs = new List<float[]>();
        try
        {
            foreach (var count in (int[])[1, 4])
            {
                WorkerPool.Shared.Threads = count;
                var (product, bias) = (Leaf(Noise(1, 1, 70, 96)), Leaf(Noise(2, 1, 32)));
                var mixed = new PatternAttention(Mixed, Heads, 0.1, Stream).Apply(product, bias, bias, bias)[0];
                (mixed * mixed).Sum().Backward();
                runs.Add([.. mixed.ToFloats(), .. product.Grad!.ToFloats(), .. bias.Grad!.ToFloats()]);
            }
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }

        runs[1].ShouldBe(runs[0]);
    }

    /// <summary>Dense attention whose scores carry the logarithm of how often a query sees a key.</summary>
    private static Tensor Masked(Tensor product, Projections context, int size)
    {
        var joined = product.To(DType.Float32) + Tensor.Cat([.. context.Layers.Parts.Select(part => part.Bias)]);
        var hidden = Heads * size;
        List<Tensor> parts = [];
        for (var head = 0; head < Heads; head++)
        {
            var counts = new float[70 * 70];
            var asks = new float[70];
            foreach (var block in Mixed.Chunks.SelectMany(chunk => chunk.Blocks))
            {
                for (var query = block.First; query < block.First + block.Count; query++)
                {
                    asks[query] = 1;
                    foreach (var range in block.Keys[block.Keys.Count == 1 ? 0 : head])
                    {
                        for (var key = range.First; key < range.First + range.Count; key++)
                        {
                            counts[(query * 70) + key] += range.IsWindow && Math.Abs(query - key) > Mixed.Window ? 0 : 1;
                        }
                    }
                }
            }

            var bias = Tensor.From<float>(Array.ConvertAll(counts, count => count == 0 ? -1e9f : MathF.Log(count)), 70, 70);
            var (q, k, v) = (Part(0), Part(1), Part(2));
            var scores = (q.MatMul(k.Transpose(0, 1)) * (1 / Math.Sqrt(size))) + bias;
            parts.Add(scores.Softmax(-1).MatMul(v) * Tensor.From<float>(asks, 70, 1));

            Tensor Part(int part) => joined.Narrow(1, (part * hidden) + (head * size), size);
        }

        return Tensor.Cat([.. parts], 1);
    }

    private static Tensor Leaf(Tensor input)
    {
        var leaf = input.Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static Tensor Noise(long seed, double deviation, params ReadOnlySpan<long> shape)
    {
        using var generator = new Generator(seed);
        return Tensor.Empty(shape).NormalInPlace(0, deviation, generator);
    }

    /// <summary>Three layers of which only the biases count here.</summary>
    private sealed class Projections : IDisposable
    {
        private readonly ModelContext context = new(Device.Cpu);

        public Projections(int hidden)
        {
            Layers = new(hidden, hidden, context, "query", "key", "value");
            Dropout = new(0, context.Dropout);
            using var noGrad = GradMode.NoGrad();
            for (var part = 0; part < 3; part++)
            {
                using var noise = Noise(20 + part, 1, hidden);
                Layers.Parts[part].Bias.CopyInPlace(noise);
            }
        }

        public JoinedLinear Layers { get; }

        public Dropout Dropout { get; }

        public Tensor[] TakeGradients() => [.. Layers.Parts.Select(part =>
        {
            var gradient = part.Bias.Grad!.Clone();
            part.Bias.Grad = null;
            return gradient;
        })];

        public void Dispose() => Layers.Dispose();
    }
}
