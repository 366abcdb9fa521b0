using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

/// <summary>Fused kernels give what libtorch's operators give one by one: results and every gradient, at sizes that fill no register.</summary>
public sealed unsafe class FusedLayersTests
{
    private static readonly DropoutStream Stream = new(7, 3, 11);

    public static TheoryData<int, int, DType> Sizes => new MatrixTheoryData<int, int, DType>([1, 32, 77], [3, 16, 67, 96], [DType.Float32, DType.BFloat16]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void BiasGelu_AnySize_EqualsTheOperators(int rows, int width, DType dtype)
    {
        using var scope = TensorScope.New();
        Tensor[] inputs = [Noise(1, dtype, 2, rows, width), Noise(2, DType.Float32, 1, width)];
        var gradient = Noise(3, dtype, 1, rows, width);

        ShouldAgree(inputs, [gradient], dtype,
            own => new BiasGelu().Apply(own),
            plain => [(plain[0].To(DType.Float32) + plain[1]).Gelu().To(dtype)]);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void BiasCrossEntropy_AnySize_EqualsTheOperators(int rows, int width, DType dtype)
    {
        using var scope = TensorScope.New();
        Tensor[] inputs = [Noise(1, dtype, 4, rows, width), Noise(2, DType.Float32, 1, width)];
        var targets = Tensor.From<long>([.. Enumerable.Range(0, rows).Select(row => (long)(row * 7 % width))], rows);

        ShouldAgree(inputs, [Tensor.From<float>([2])], dtype,
            own => new BiasCrossEntropy(targets).Apply(own),
            plain => [(plain[0].To(DType.Float32) + plain[1]).CrossEntropy(targets)]);
    }

    [Fact]
    public void BiasCrossEntropy_HugeScores_StayFinite()
    {
        using var scope = TensorScope.New();
        var product = Tensor.From<float>([1000, -1000, 0, -1000, -1000, 500], 2, 3);
        product.RequiresGrad = true;

        var loss = new BiasCrossEntropy(Tensor.From<long>([0, 0], 2)).Apply(product, Tensor.Zeros([3]))[0];
        loss.Backward();

        loss.ToDouble().ShouldBe(750);
        product.Grad!.ToFloats().ShouldBe([0, 0, 0, -0.5f, 0, 0.5f]);
    }

    [Fact]
    public void BiasCrossEntropy_TargetThatIsNoClass_IsRefused()
    {
        using var scope = TensorScope.New();

        Should.Throw<ArgumentOutOfRangeException>(() => new BiasCrossEntropy(Tensor.From<long>([3], 1)).Apply(Tensor.Zeros([1, 3]), Tensor.Zeros([3])));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void DropoutNorm_AnySize_EqualsTheOperators(int rows, int width, DType dtype)
    {
        using var scope = TensorScope.New();
        Tensor[] inputs =
        [
            Noise(1, dtype, 1, rows, width), Noise(2, DType.Float32, 1, width), Noise(3, DType.Float32, 1, rows, width),
            Noise(4, DType.Float32, 1, width), Noise(5, DType.Float32, 1, width),
        ];
        Tensor[] gradients = [Noise(6, DType.Float32, 1, rows, width), Noise(7, dtype, 1, rows, width)];
        foreach (var rate in (double[])[0, 0.3])
        {
            var mask = RowMask(rows, width, rate, dtype);

            ShouldAgree(inputs, gradients, dtype,
                own => new DropoutNorm(rate, Stream, 1e-2).Apply(own),
                plain =>
                {
                    var sum = plain[2] + ((plain[0].To(DType.Float32) + plain[1]) * mask);
                    var output = sum.LayerNorm([width], plain[3], plain[4], 1e-2);
                    return [output, output.To(dtype)];
                });
        }
    }

    [Theory]
    [InlineData(DType.Float32, true, 0.0)]
    [InlineData(DType.Float32, true, 0.2)]
    [InlineData(DType.Float32, false, 0.2)]
    [InlineData(DType.BFloat16, true, 0.2)]
    [InlineData(DType.BFloat16, false, 0.0)]
    public void PackedAttention_UnequalChunks_EqualsTheOperators(DType dtype, bool allAsk, double rate)
    {
        using var scope = TensorScope.New();
        int[] lengths = [1, 5, 32, 33, 70];
        foreach (var size in (int[])[7, 32, 64])
        {
            const int Heads = 2;
            var (tokens, hidden) = (lengths.Sum(), Heads * size);
            Tensor[] products = allAsk
                ? [Noise(1, dtype, 1, tokens, 3 * hidden)]
                : [Noise(1, dtype, 1, lengths.Length, hidden), Noise(2, dtype, 1, tokens, 2 * hidden)];
            Tensor[] inputs = [.. products, Noise(3, DType.Float32, 1, hidden), Noise(4, DType.Float32, 1, hidden), Noise(5, DType.Float32, 1, hidden)];
            var gradient = Noise(6, dtype, 1, allAsk ? tokens : lengths.Length, hidden);

            ShouldAgree(inputs, [gradient], dtype,
                own => new PackedAttention(lengths, Heads, rate, Stream).Apply(own),
                plain => [AttentionByOperators(plain, lengths, Heads, rate, allAsk).To(dtype)]);
        }
    }

    [Fact]
    public void PackedAttention_NaNAmongTheKeys_ReachesEveryResultOfItsHead()
    {
        using var scope = TensorScope.New();
        var products = Noise(1, DType.Float32, 1, 9, 24);
        products.AsSpan<float>()[(2 * 24) + 8] = float.NaN; // token 2, keys of head 0

        var mixed = new PackedAttention([4, 5], 2, 0, Stream).Apply(products, Tensor.Zeros([8]), Tensor.Zeros([8]), Tensor.Zeros([8]))[0].ToFloats();

        for (var at = 0; at < mixed.Length; at++)
        {
            float.IsNaN(mixed[at]).ShouldBe(at / 8 < 4 && at % 8 < 4, $"token {at / 8}, column {at % 8}");
        }
    }

    [Fact]
    public void Kernels_OneThreadAndSeveral_GiveTheSameBits()
    {
        using var scope = TensorScope.New();
        var threads = WorkerPool.Shared.Threads;
        var runs = new List<float[]>();
        try
        {
            foreach (var count in (int[])[1, 4])
            {
                WorkerPool.Shared.Threads = count;
                var products = Leaf(Noise(1, DType.Float32, 1, 150, 96));
                var bias = Leaf(Noise(2, DType.Float32, 1, 32));
                var mixed = new PackedAttention([50, 60, 40], 4, 0.1, Stream).Apply(products, bias, bias, bias)[0];
                var normalized = new DropoutNorm(0.1, Stream, 1e-12).Apply(mixed, bias, mixed, bias, bias)[0];
                new BiasGelu().Apply(normalized, bias)[0].Sum().Backward();
                runs.Add([.. products.Grad!.ToFloats(), .. bias.Grad!.ToFloats()]);
            }
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }

        runs[1].ShouldBe(runs[0]);
    }

    [Fact]
    public void Takes_WhatTheKernelsCannotRead_SaysNo()
    {
        using var scope = TensorScope.New();
        var (fits, flat) = (Tensor.Zeros([4, 6]), Tensor.Zeros([6]));

        BiasGelu.Takes(fits, flat).ShouldBeTrue();
        BiasGelu.Takes(fits.Transpose(0, 1), Tensor.Zeros([4])).ShouldBeFalse();
        BiasGelu.Takes(fits, flat.To(DType.BFloat16)).ShouldBeFalse();
        BiasGelu.Takes(fits.To(DType.Float64), flat).ShouldBeFalse();
        DropoutNorm.Takes(fits, fits).ShouldBeTrue();
        DropoutNorm.Takes(fits, fits.To(DType.BFloat16)).ShouldBeFalse();
        DropoutNorm.Takes(fits, Tensor.Zeros([6, 4])).ShouldBeFalse();
        PackedAttention.Takes(fits, fits).ShouldBeTrue();
        PackedAttention.Takes(fits, fits.To(DType.BFloat16)).ShouldBeFalse();
        PackedAttention.Takes(Tensor.Zeros([2, 3, 4])).ShouldBeFalse();
    }

    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(1)]
    public void ExpAndErf_OverTheirRange_AreExactToAFewUnits(int width)
    {
        var arguments = Enumerable.Range(-8700, 17400).Select(step => step * 0.01f).ToArray();
        var (powers, errors) = (new float[arguments.Length], new float[arguments.Length]);
        fixed (float* x = arguments, e = powers, f = errors)
        {
            Simd.Run(new Apply(x, e, f), 0, arguments.Length, width);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            Math.Abs((powers[i] / Math.Exp(arguments[i])) - 1).ShouldBeLessThan(3e-7, $"e^{arguments[i]}");
        }

        // erf at a few points, to nine digits (DLMF table 7.8)
        (float X, double Value)[] known = [(0, 0), (0.5f, 0.520499878), (1, 0.842700793), (1.5f, 0.966105146), (2, 0.995322265), (3, 0.999977910), (50, 1)];
        foreach (var (at, value) in known)
        {
            errors[Array.IndexOf(arguments, at)].ShouldBe((float)value, 2e-7f);
            errors[Array.FindIndex(arguments, x => Math.Abs(x + at) < 1e-6)].ShouldBe((float)-value, 2e-7f);
        }
    }

    [Fact]
    public void SmallProduct_EveryWidthAndOrientation_EqualsTheSum()
    {
        const int Rows = 12, Columns = 64, Inner = 5;
        var (left, right) = (Noise(1, DType.Float32, 1, Rows, Inner).ToFloats(), Noise(2, DType.Float32, 1, Inner, Columns).ToFloats());
        var transposed = Enumerable.Range(0, Inner * Rows).Select(at => left[(at % Rows * Inner) + (at / Rows)]).ToArray();
        var expected = Enumerable.Range(0, Rows * Columns).Select(at => Enumerable.Range(0, Inner)
            .Aggregate(0f, (sum, p) => MathF.FusedMultiplyAdd(left[(at / Columns * Inner) + p], right[(p * Columns) + (at % Columns)], sum))).ToArray();

        foreach (var product in (float[][])[.. Run<Lanes16>(), .. Run<Lanes8>(), .. Run<Lanes1>()])
        {
            product.ShouldBe(expected);
        }

        float[][] Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var (asItLies, acrossIt) = (new float[Rows * Columns], new float[Rows * Columns]);
            fixed (float* a = left, t = transposed, b = right, c = asItLies, d = acrossIt)
            {
                SmallProduct.Run<TLanes>(a, Inner, 1, b, c, Rows, Columns, Inner);
                SmallProduct.Run<TLanes>(t, 1, Rows, b, d, Rows, Columns, Inner);
            }

            return [asItLies, acrossIt];
        }
    }

    private static Tensor AttentionByOperators(Tensor[] inputs, int[] lengths, int heads, double rate, bool allAsk)
    {
        var hidden = inputs[^1].Size(0);
        var size = hidden / heads;
        var joined = Array.ConvertAll(inputs, input => input.To(DType.Float32));
        List<Tensor> mixed = [];
        var (row, chunk) = (0, 0);
        long draw = 0;
        foreach (var length in lengths)
        {
            var q = (allAsk ? joined[0].Narrow(0, row, length).Narrow(1, 0, hidden) : joined[0].Narrow(0, chunk, 1)) + joined[^3];
            var others = allAsk ? joined[0].Narrow(0, row, length).Narrow(1, hidden, 2 * hidden) : joined[1].Narrow(0, row, length);
            var (k, v) = (others.Narrow(1, 0, hidden) + joined[^2], others.Narrow(1, hidden, hidden) + joined[^1]);
            var (asking, padded) = (q.Size(0), SmallProduct.PaddedColumns(length));
            List<Tensor> parts = [];
            for (var head = 0; head < heads; head++)
            {
                var mask = new float[asking * padded];
                DropoutMask.Fill(mask, rate, Stream, draw);
                draw += (mask.Length + DropoutMask.DrawsPerBatch - 1) / DropoutMask.DrawsPerBatch * DropoutMask.DrawsPerBatch;
                var scores = q.Narrow(1, head * size, size).MatMul(k.Narrow(1, head * size, size).Transpose(0, 1)) * (1 / Math.Sqrt(size));
                var kept = scores.Softmax(-1) * Tensor.From<float>(mask, asking, padded).Narrow(1, 0, length);
                parts.Add(kept.MatMul(v.Narrow(1, head * size, size)));
            }

            mixed.Add(Tensor.Cat([.. parts], 1));
            (row, chunk) = (row + length, chunk + 1);
        }

        return Tensor.Cat([.. mixed], 0);
    }

    /// <summary>The mask that <see cref="DropoutNorm"/> draws: every row begins with a tile of draws.</summary>
    private static Tensor RowMask(int rows, int width, double rate, DType dtype)
    {
        var perRow = (width + DropoutMask.DrawsPerTile - 1) / DropoutMask.DrawsPerTile * DropoutMask.DrawsPerTile;
        return DropoutMask.Create([rows, perRow], dtype, Device.Cpu, rate, Stream).Narrow(1, 0, width).To(DType.Float32);
    }

    private static void ShouldAgree(Tensor[] inputs, Tensor[] gradients, DType dtype, Func<Tensor[], Tensor[]> own, Func<Tensor[], Tensor[]> plain)
    {
        var (left, right) = (Array.ConvertAll(inputs, Leaf), Array.ConvertAll(inputs, Leaf));
        var (fused, operators) = (own(left), plain(right));
        Torch.Autograd.Backward(fused, gradients);
        Torch.Autograd.Backward(operators, gradients);

        for (var index = 0; index < fused.Length; index++)
        {
            ShouldBeClose(fused[index], operators[index], $"output {index}");
        }

        for (var index = 0; index < inputs.Length; index++)
        {
            ShouldBeClose(left[index].Grad!, right[index].Grad!, $"gradient {index}");
        }

        // In bfloat16 both round once at the end, mostly to the same number, sometimes to its neighbour.
        void ShouldBeClose(Tensor actual, Tensor expected, string what)
        {
            actual.Shape.ShouldBe(expected.Shape, what);
            actual.DType.ShouldBe(expected.DType, what);
            var (a, b) = (actual.ToFloats(), expected.ToFloats());
            var largest = b.Max(Math.Abs);
            var relative = dtype == DType.Float32 ? 2e-5f : 1e-2f;
            for (var at = 0; at < a.Length; at++)
            {
                a[at].ShouldBe(b[at], (relative * Math.Abs(b[at])) + (relative * 0.1f * largest) + 1e-5f, $"{what} at {at}: {a[at]} and {b[at]}");
            }
        }
    }

    private static Tensor Leaf(Tensor input)
    {
        var leaf = input.Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static Tensor Noise(long seed, DType dtype, double deviation, params ReadOnlySpan<long> shape)
    {
        using var generator = new Generator(seed);
        return Tensor.Empty(shape).NormalInPlace(0, deviation, generator).To(dtype);
    }

    private readonly struct Apply(float* x, float* powers, float* errors) : IElementwise
    {
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Functions.Exp(TLanes.Load(x + i)).Store(powers + i);
            Functions.Erf(TLanes.Load(x + i)).Store(errors + i);
        }
    }
}
