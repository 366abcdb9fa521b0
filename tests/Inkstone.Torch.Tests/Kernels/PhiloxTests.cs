using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

public sealed class PhiloxTests
{
    // The known answers of Random123's philox4x32-10: counter and key as 64-bit numbers, low word first.
    [Theory]
    [InlineData(0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c)]
    [InlineData(0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0x41c83b0e408f276d, 0x6d5451fda20bc7c6)]
    [InlineData(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822, 0x94fdccebd16cfe09, 0x24126ea15001e420)]
    public void Fill_PublishedCounterAndKey_GivesPublishedWords(ulong block, ulong stream, ulong key, ulong words01, ulong words23)
    {
        foreach (var width in new[] { 8, 4, 1 })
        {
            var pairs = Fill(block, 1, stream, key, width);

            pairs[0].ShouldBe(words01, $"width {width}");
            pairs[8].ShouldBe(words23, $"width {width}");
        }
    }

    [Fact]
    public void Fill_AnyWidth_GivesTheSameBits()
    {
        const ulong first = uint.MaxValue - 20; // the index carries into its high word on the way

        var expected = Fill(first, 5, 7, 11, width: 1);

        Fill(first, 5, 7, 11, width: 4).ShouldBe(expected);
        Fill(first, 5, 7, 11, width: 8).ShouldBe(expected);
        Fill(first + 8, 4, 7, 11, width: 8).ShouldBe(expected[Philox.PairsPerTile..]);
    }

    private static unsafe ulong[] Fill(ulong block, int tiles, ulong stream, ulong key, int width)
    {
        var pairs = new ulong[tiles * Philox.PairsPerTile];
        fixed (ulong* output = pairs)
        {
            Philox.Fill(block, tiles, stream, key, output, width);
        }

        return pairs;
    }
}
