using Inkstone.Batching;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Batching;

public sealed class NarrowNumbersTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(255, 1)]
    [InlineData(256, 2)]
    [InlineData(65_535, 2)]
    [InlineData(65_536, 4)]
    [InlineData(int.MaxValue, 4)]
    public void Of_GreatestNumber_DecidesTheBytesOfEach(int greatest, int width)
    {
        int[] given = [0, 1, greatest, greatest / 2];

        var numbers = NarrowNumbers.Of(given.Length, index => given[index]);

        numbers.Width.ShouldBe(width);
        numbers.ShouldBe(given);
        numbers[2].ShouldBe(greatest);
    }
}
