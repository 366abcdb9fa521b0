using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class FloatConversionTests
{
    [Fact]
    public void HalfToSingle_EveryHalf_IsExact()
    {
        var halves = Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).ToArray();
        var singles = new float[halves.Length];

        FloatConversion.HalfToSingle(halves, singles);

        for (var i = 0; i < halves.Length; i++)
        {
            ShouldBeSame(singles[i], (float)halves[i], i);
        }
    }

    [Fact]
    public void SingleToHalf_AroundEveryHalf_RoundsToNearestEven()
    {
        var singles = Around(Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits)));
        var halves = new Half[singles.Length];

        FloatConversion.SingleToHalf(singles, halves);

        for (var i = 0; i < singles.Length; i++)
        {
            ShouldBeSame((float)halves[i], (float)(Half)singles[i], i);
        }
    }

    [Fact]
    public void BFloat16ToSingle_EveryBFloat16_IsItsUpperHalf()
    {
        var bits = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).ToArray();
        var singles = new float[bits.Length];

        FloatConversion.BFloat16ToSingle(bits, singles);

        singles.Select(BitConverter.SingleToUInt32Bits).ShouldBe(bits.Select(b => (uint)b << 16));
    }

    [Fact]
    public void SingleToBFloat16_AroundEveryBFloat16_RoundsToNearestEven()
    {
        var singles = Around(Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)));
        var rounded = new ushort[singles.Length];

        FloatConversion.SingleToBFloat16(singles, rounded);

        for (var i = 0; i < singles.Length; i++)
        {
            ShouldBeSame(BitConverter.UInt32BitsToSingle((uint)rounded[i] << 16), Nearest(singles[i]), i);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    public void Conversions_AnyLength_ReachTheLastElement(int length)
    {
        var singles = Enumerable.Range(1, length).Select(i => i * 0.5f).ToArray();
        var (halves, bits, back) = (new Half[length], new ushort[length], new float[length]);

        FloatConversion.SingleToHalf(singles, halves);
        FloatConversion.HalfToSingle(halves, back);
        back.ShouldBe(singles);

        FloatConversion.SingleToBFloat16(singles, bits);
        FloatConversion.BFloat16ToSingle(bits, back);
        back.ShouldBe(singles);

        FloatConversion.DoubleToSingle(Array.ConvertAll(singles, single => (double)single), back);
        back.ShouldBe(singles);
    }

    [Fact]
    public void Conversions_DifferentLengths_Throw() =>
        Should.Throw<ArgumentException>(() => FloatConversion.HalfToSingle(new Half[2], new float[3])).Message
            .ShouldBe("2 numbers do not fill 3 places.");

    /// <summary>Each number, the middle between it and its neighbour, and what lies a bit beside both.</summary>
    private static float[] Around(IEnumerable<float> numbers) =>
    [
        .. numbers.SelectMany(x =>
        {
            var bits = BitConverter.SingleToUInt32Bits(x);
            return new[] { bits, bits + 1, bits - 1, bits + 0xFFF, bits + 0x1000, bits + 0x1001, bits + 0x7FFF, bits + 0x8000, bits + 0x8001 };
        }).Select(BitConverter.UInt32BitsToSingle),
    ];

    /// <summary>The bfloat16 next to a number, found by distance in double precision; on a tie the one with the even last bit.</summary>
    private static float Nearest(float x)
    {
        if (!float.IsFinite(x))
        {
            return x;
        }

        var down = BitConverter.SingleToUInt32Bits(x) & 0xFFFF_0000;
        double below = BitConverter.UInt32BitsToSingle(down);
        double above = BitConverter.UInt32BitsToSingle(down + 0x1_0000);
        if (double.IsInfinity(above))
        {
            above = Math.CopySign(Math.ScaleB(1, 128), x);   // what the next number would be, were there one
        }

        var (toBelow, toAbove) = (Math.Abs(x - below), Math.Abs(above - x));
        var isEven = (down & 0x1_0000) == 0;
        return (float)(toBelow < toAbove || (toBelow == toAbove && isEven) ? below : above);
    }

    private static void ShouldBeSame(float actual, float expected, int index)
    {
        // Shouldly once for each of some 600 000 numbers would take a minute.
        if (float.IsNaN(expected) ? !float.IsNaN(actual) : BitConverter.SingleToInt32Bits(actual) != BitConverter.SingleToInt32Bits(expected))
        {
            actual.ShouldBe(expected, $"number {index}");
            Assert.Fail($"number {index}: {actual} has another sign than {expected}");
        }
    }
}
