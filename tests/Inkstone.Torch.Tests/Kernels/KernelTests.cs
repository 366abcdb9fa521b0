using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

public sealed unsafe class KernelTests
{
    private static readonly int[] Widths = [16, 8, 1];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(33)]
    [InlineData(100_003)]
    public void SumOfSquares_AnyWidth_IsTheSumInDouble(int length)
    {
        var values = Noise(length, seed: 1, scale: 3);
        var halves = values.Select(Lanes1.RoundToBFloat16).ToArray();

        foreach (var width in Widths)
        {
            fixed (float* floats = values)
            fixed (ushort* bits = halves)
            {
                var (ofFloats, ofHalves) = (SumOfSquares.Of(floats, length, width), SumOfSquares.Of(bits, length, width));

                ofFloats.ShouldBe(SumOfSquares.Of(floats, length, 1));
                ofHalves.ShouldBe(SumOfSquares.Of(bits, length, 1));
                ofFloats.ShouldBe(values.Sum(x => (double)x * x), 1e-12 * (ofFloats + 1));
                ofHalves.ShouldBe(halves.Select(ToFloat).Sum(x => (double)x * x), 1e-12 * (ofHalves + 1));
            }
        }
    }

    [Fact]
    public void SumOfSquares_HugeGradients_DoesNotOverflow()
    {
        var values = Enumerable.Repeat(1e30f, 64).ToArray();

        fixed (float* floats = values)
        {
            SumOfSquares.Of(floats, values.Length).ShouldBe(64 * ((double)1e30f * 1e30f), 1e50);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AdamWStep_AnyWidth_FollowsTheFormulaInDouble(bool bfloat16)
    {
        const int length = 1003;
        const double rate = 1e-2, decay = 0.1, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clip = 0.37;
        var start = Noise(length, seed: 2, scale: 1);
        float[][]? first = null;

        foreach (var width in Widths)
        {
            var (p, m, v) = ((float[])start.Clone(), new float[length], new float[length]);
            var (exactP, exactM, exactV) = (start.Select(x => (double)x).ToArray(), new double[length], new double[length]);
            for (var step = 1; step <= 30; step++)
            {
                var g = Noise(length, seed: 100 + step, scale: 0.1f);
                var halves = g.Select(Lanes1.RoundToBFloat16).ToArray();
                fixed (float* pp = p, mp = m, vp = v, gp = g)
                fixed (ushort* hp = halves)
                {
                    var factors = AdamWFactors.At(step, rate, decay, beta1, beta2, epsilon, clip);
                    if (bfloat16)
                    {
                        Simd.Run(new AdamWStep<ushort>(pp, hp, mp, vp, factors), 0, length, width);
                    }
                    else
                    {
                        Simd.Run(new AdamWStep<float>(pp, gp, mp, vp, factors), 0, length, width);
                    }
                }

                for (var i = 0; i < length; i++)
                {
                    var gradient = clip * (bfloat16 ? ToFloat(halves[i]) : g[i]);
                    exactM[i] = (beta1 * exactM[i]) + ((1 - beta1) * gradient);
                    exactV[i] = (beta2 * exactV[i]) + ((1 - beta2) * gradient * gradient);
                    var root = (Math.Sqrt(exactV[i]) / Math.Sqrt(1 - Math.Pow(beta2, step))) + epsilon;
                    exactP[i] = (exactP[i] * (1 - (rate * decay))) - (rate / (1 - Math.Pow(beta1, step)) * exactM[i] / root);
                }
            }

            for (var i = 0; i < length; i++)
            {
                ((double)p[i]).ShouldBe(exactP[i], 1e-6);
                ((double)m[i]).ShouldBe(exactM[i], 1e-8);
                ((double)v[i]).ShouldBe(exactV[i], 1e-8 * 0.01);
            }

            first ??= [p, m, v];
            first[0].ShouldBe(p);
            first[1].ShouldBe(m);
            first[2].ShouldBe(v);
        }
    }

    [Fact]
    public void AdamWStep_GradientsThatStop_FadeToZero()
    {
        var sizes = new[] { 1e-37f, -1e-37f, 2e-38f, -1e-38f, 1e-45f, 0f, float.NaN, 1f };
        foreach (var width in Widths)
        {
            var m = Enumerable.Repeat(sizes, 5).SelectMany(x => x).ToArray();
            var (p, g, v) = (new float[m.Length], new float[m.Length], Enumerable.Repeat(1f, m.Length).ToArray());
            fixed (float* pp = p, gp = g, mp = m, vp = v)
            {
                for (var step = 1; step <= 30; step++)
                {
                    Simd.Run(new AdamWStep<float>(pp, gp, mp, vp, AdamWFactors.At(step, 1e-3, 0, 0.9, 0.999, 1e-8, 1)), 0, m.Length, width);
                }
            }

            for (var i = 0; i < m.Length; i++)
            {
                var expected = (i % sizes.Length) switch { 6 => float.NaN, 7 => MathF.Pow(0.9f, 30), _ => 0f };
                (m[i].Equals(expected) || Math.Abs(m[i] - expected) < 1e-6f * expected).ShouldBeTrue($"width {width}, element {i}: {m[i]}");
            }
        }
    }

    [Fact]
    public void AddInto_EachPairOfTypes_AddsInFloat32()
    {
        const int length = 77;
        var (left, right) = (Noise(length, 3, 1), Noise(length, 4, 1));
        var (leftHalves, rightHalves) = (left.Select(Lanes1.RoundToBFloat16).ToArray(), right.Select(Lanes1.RoundToBFloat16).ToArray());

        foreach (var width in Widths)
        {
            var (floats, mixed, halves) = ((float[])left.Clone(), (float[])left.Clone(), (ushort[])leftHalves.Clone());
            fixed (float* f = floats, x = mixed, r = right)
            fixed (ushort* h = halves, rh = rightHalves)
            {
                Simd.Run(new AddInto<float, float>(f, r), 0, length, width);
                Simd.Run(new AddInto<float, ushort>(x, rh), 0, length, width);
                Simd.Run(new AddInto<ushort, ushort>(h, rh), 0, length, width);
            }

            floats.ShouldBe(left.Zip(right, (a, b) => a + b));
            mixed.ShouldBe(left.Zip(rightHalves, (a, b) => a + ToFloat(b)));
            halves.ShouldBe(leftHalves.Zip(rightHalves, (a, b) => Lanes1.RoundToBFloat16(ToFloat(a) + ToFloat(b))));
        }
    }

    [Fact]
    public void ConvertElements_EveryBFloat16_SurvivesTheRoundTrip()
    {
        var all = Enumerable.Range(0, 65536).Select(bits => (ushort)bits).ToArray();

        foreach (var width in Widths)
        {
            var (floats, back) = (new float[all.Length], new ushort[all.Length]);
            fixed (ushort* source = all, target = back)
            fixed (float* middle = floats)
            {
                Simd.Run(new ConvertElements<ushort, float>(source, middle), 0, all.Length, width);
                Simd.Run(new ConvertElements<float, ushort>(middle, target), 0, all.Length, width);
            }

            floats.Select(BitConverter.SingleToUInt32Bits).ShouldBe(all.Select(bits => (uint)bits << 16));
            back.ShouldBe(all.Select(bits => float.IsNaN(ToFloat(bits)) ? (ushort)0x7FC0 : bits));
        }
    }

    [Fact]
    public void ConvertElements_ToBFloat16_RoundsToNearestEven()
    {
        var cases = new (uint From, ushort To)[]
        {
            (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81), (0x3F80_7FFF, 0x3F80), // ties and their neighbours
            (0x7F7F_FFFF, 0x7F80), (0xFF80_0000, 0xFF80), (0x7F80_0001, 0x7FC0), (0xFFFF_FFFF, 0x7FC0), // overflow, infinity, NaNs
            (0x0000_8001, 0x0001), (0x8000_0000, 0x8000), // subnormal, negative zero
        };
        var source = Enumerable.Repeat(cases, 5).SelectMany(x => x).Select(x => BitConverter.UInt32BitsToSingle(x.From)).ToArray();

        foreach (var width in Widths)
        {
            var target = new ushort[source.Length];
            fixed (float* from = source)
            fixed (ushort* to = target)
            {
                Simd.Run(new ConvertElements<float, ushort>(from, to), 0, source.Length, width);
            }

            target.ShouldBe(Enumerable.Repeat(cases, 5).SelectMany(x => x).Select(x => x.To));
        }
    }

    [Fact]
    public void Cut_SeveralBuffers_CoversEachElementOnce()
    {
        var chunks = Chunk.Cut(3, 0, (2 * Chunk.Size) + 5, Chunk.Size);

        chunks.ShouldBe([
            new Chunk(0, 0, 3),
            new Chunk(2, 0, Chunk.Size), new Chunk(2, Chunk.Size, 2 * Chunk.Size), new Chunk(2, 2 * Chunk.Size, (2 * Chunk.Size) + 5),
            new Chunk(3, 0, Chunk.Size),
        ]);
    }

    private static float[] Noise(int length, int seed, float scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => ((float)random.NextDouble() - 0.5f) * 2 * scale)];
    }

    private static float ToFloat(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
