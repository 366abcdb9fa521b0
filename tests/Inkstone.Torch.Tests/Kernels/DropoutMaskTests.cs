using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

public sealed class DropoutMaskTests
{
    private static readonly DropoutStream Stream = new(Seed: 42, Step: 3, Site: 5);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Fill_TenMillionDraws_KeepsItsShare(double rate)
    {
        const int draws = 10_000_000;
        var mask = new float[draws];

        DropoutMask.Fill(mask, rate, Stream);

        double kept = mask.Count(value => value != 0);
        (kept / draws).ShouldBe(1 - rate, 4 * Math.Sqrt(rate * (1 - rate) / draws));
        mask.ShouldAllBe(value => value == 0 || value == (float)(1 / (1 - rate)));
    }

    [Theory]
    [InlineData(0.0, 1f)]
    [InlineData(1.0, 0f)]
    public void Fill_RateAtItsBounds_KeepsAllOrNothing(double rate, float expected)
    {
        var mask = Mask(200_000, rate, Stream);

        mask.ShouldAllBe(value => value == expected);
    }

    [Fact]
    public void Fill_AnyThreadsAndParts_GivesTheSameMask()
    {
        const int length = 300_001;
        var before = WorkerPool.Shared.Threads;
        try
        {
            WorkerPool.Shared.Threads = 1;
            var whole = Mask(length, 0.1, Stream);

            WorkerPool.Shared.Threads = 5;
            Mask(length, 0.1, Stream).ShouldBe(whole);
            foreach (var (start, end) in new[] { (0, 1), (1, 64), (63, 65), (65_535, 65_537), (4_000, 200_003), (300_000, length) })
            {
                Mask(end - start, 0.1, Stream, start).ShouldBe(whole[start..end], $"[{start}, {end})");
            }
        }
        finally
        {
            WorkerPool.Shared.Threads = before;
        }
    }

    [Fact]
    public void Fill_BFloat16_DropsTheSameElements()
    {
        var floats = Mask(100_003, 0.1, Stream);
        var halves = new ushort[floats.Length];

        DropoutMask.Fill(halves, 0.1, Stream);

        halves.Select(half => half != 0).ShouldBe(floats.Select(value => value != 0));
        halves.Where(half => half != 0).Distinct().ShouldBe([(ushort)0x3F8E]); // 1.109375, bfloat16's nearest to 1 / 0.9
    }

    [Fact]
    public void Apply_Activations_EqualsInputTimesMask()
    {
        const int length = 70_001, first = 17;
        var input = Enumerable.Range(0, length).Select(i => MathF.Sin(i)).ToArray();
        var mask = Mask(length, 0.3, Stream, first);
        var output = new float[length];

        DropoutMask.Apply(input, output, 0.3, Stream, first);

        output.ShouldBe(input.Zip(mask, (x, m) => x * m));
        DropoutMask.Apply(input, input, 0.3, Stream, first); // in place
        input.ShouldBe(output);
    }

    [Fact]
    public void Apply_BFloat16_RoundsTheProductOnce()
    {
        var input = Enumerable.Range(0, 10_000).Select(i => Lanes1.RoundToBFloat16(MathF.Cos(i))).ToArray();
        var mask = new ushort[input.Length];
        var output = new ushort[input.Length];

        DropoutMask.Fill(mask, 0.1, Stream);
        DropoutMask.Apply(input, output, 0.1, Stream);

        output.ShouldBe(input.Zip(mask, (x, m) => Lanes1.RoundToBFloat16(ToFloat(x) * ToFloat(m))));
    }

    [Fact]
    public void Fill_NeighboursStepsSitesAndSeeds_AreUncorrelated()
    {
        const int draws = 2_000_000;
        var mask = Mask(draws, 0.1, Stream);
        var others = new Dictionary<string, float[]>
        {
            ["next step"] = Mask(draws, 0.1, Stream with { Step = 4 }),
            ["next site"] = Mask(draws, 0.1, Stream with { Site = 6 }),
            ["next seed"] = Mask(draws, 0.1, Stream with { Seed = 43 }),
            ["far seed"] = Mask(draws, 0.1, Stream with { Seed = 42 + (1UL << 32) }),
            ["step and site exchanged"] = Mask(draws, 0.1, Stream with { Step = 5, Site = 3 }),
        };
        foreach (var lag in new[] { 1, 2, 3, 4, 5, 8, 16, 31, 32, 64, 128, 4096, 65_536 })
        {
            others[$"{lag} further"] = Mask(draws, 0.1, Stream, lag);
        }

        foreach (var (name, other) in others)
        {
            Math.Abs(Correlation(mask, other)).ShouldBeLessThan(4.5 / Math.Sqrt(draws), name);
        }
    }

    [Theory]
    [InlineData(0)] // by place in a 64-bit pair, over many blocks of one stream
    [InlineData(1)] // the first block of many steps
    [InlineData(2)] // the first block of many seeds
    public unsafe void Draws_BytesByPlace_AreEvenlySpread(int varied)
    {
        const int tiles = 20_000;
        var counts = new long[8][];
        for (var place = 0; place < counts.Length; place++)
        {
            counts[place] = new long[256];
        }

        var pairs = stackalloc ulong[Philox.PairsPerTile];
        for (uint i = 0; i < tiles; i++)
        {
            var stream = new DropoutStream(varied == 2 ? i : 42, varied == 1 ? i : 3, 5);
            Philox.Fill(varied == 0 ? (ulong)i * Philox.BlocksPerTile : 0, 1, stream.Counter, stream.Seed, pairs);
            for (var b = 0; b < Philox.PairsPerTile * 8; b++)
            {
                counts[b % 8][((byte*)pairs)[b]]++;
            }
        }

        var expected = tiles * Philox.PairsPerTile / 256.0;
        foreach (var histogram in counts)
        {
            var chiSquare = histogram.Sum(count => (count - expected) * (count - expected) / expected);
            chiSquare.ShouldBeInRange(255 - (4.5 * Math.Sqrt(510)), 255 + (4.5 * Math.Sqrt(510)));
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Fill_RateOutOfRange_Throws(double rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => DropoutMask.Fill(new float[4], rate, Stream))
            .Message.ShouldStartWith("A dropout rate lies between 0 and 1.");

    [Fact]
    public void Apply_LengthsDiffer_Throws() =>
        Should.Throw<ArgumentException>(() => DropoutMask.Apply(new float[4], new float[5], 0.1, Stream))
            .Message.ShouldBe("Input and output must be equally long, but are 4 and 5.");

    [Fact]
    public void Create_EachDType_HoldsTheMaskOfTheSpan()
    {
        using var scope = TensorScope.New();
        var expected = Mask(6 * 35, 0.2, Stream);

        var floats = DropoutMask.Create([6, 35], DType.Float32, Device.Cpu, 0.2, Stream);
        var doubles = DropoutMask.Create([6, 35], DType.Float64, Device.Cpu, 0.2, Stream);
        var halves = DropoutMask.Create([6, 35], DType.BFloat16, Device.Cpu, 0.2, Stream);

        floats.Shape.ShouldBe([6, 35]);
        floats.ToFloats().ShouldBe(expected);
        doubles.DType.ShouldBe(DType.Float64);
        doubles.ToFloats().ShouldBe(expected);
        halves.DType.ShouldBe(DType.BFloat16);
        halves.ToFloats().ShouldBe(expected, "1.25 is a bfloat16 number");
        scope.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void Apply_TransposedTensor_EqualsProductWithMask(DType dtype)
    {
        using var scope = TensorScope.New();
        using var noise = new Generator(7);
        var input = Tensor.Empty([50, 30]).NormalInPlace(0, 1, noise).Transpose(0, 1).To(dtype);

        var output = DropoutMask.Apply(input, 0.1, Stream);

        output.ShouldSatisfyAllConditions(
            () => output.Shape.ShouldBe([30, 50]),
            () => output.ToFloats().ShouldBe((input * DropoutMask.Create([30, 50], dtype, Device.Cpu, 0.1, Stream)).ToFloats()));
    }

    [Fact]
    public void Create_OnCuda_IsReproducibleAndKeepsItsShare()
    {
        Assert.SkipUnless(TorchRuntime.CudaDeviceCount > 0, "needs a GPU, found none");
        using var scope = TensorScope.New();

        var mask = DropoutMask.Create([1000, 1000], DType.Float32, Device.Cuda(), 0.1, Stream).ToFloats();

        DropoutMask.Create([1000, 1000], DType.Float32, Device.Cuda(), 0.1, Stream).ToFloats().ShouldBe(mask);
        DropoutMask.Create([1000, 1000], DType.Float32, Device.Cuda(), 0.1, Stream with { Step = 9 }).ToFloats().ShouldNotBe(mask);
        mask.Average(value => value != 0 ? 1.0 : 0.0).ShouldBe(0.9, 4 * Math.Sqrt(0.09 / 1e6));
    }

    private static float[] Mask(int length, double rate, DropoutStream stream, long first = 0)
    {
        var mask = new float[length];
        DropoutMask.Fill(mask, rate, stream, first);
        return mask;
    }

    private static double Correlation(float[] left, float[] right)
    {
        var (meanLeft, meanRight) = (left.Average(), right.Average());
        double both = 0, squaresLeft = 0, squaresRight = 0;
        for (var i = 0; i < left.Length; i++)
        {
            var (x, y) = (left[i] - meanLeft, right[i] - meanRight);
            both += x * y;
            squaresLeft += x * x;
            squaresRight += y * y;
        }

        return both / Math.Sqrt(squaresLeft * squaresRight);
    }

    private static float ToFloat(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);
}
