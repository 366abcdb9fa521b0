using Inkstone.Models.Bert;
using Inkstone.Models.BigBird;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models.BigBird;

/// <summary>Numbers of numpy 1.24: <c>numpy.random.seed(s); numpy.random.permutation(numpy.arange(n))</c>, and the draws that transformers makes of them.</summary>
public sealed class RandomBlocksTests
{
    [Fact]
    public void Permutation_SeededGenerator_GivesNumpysOrder()
    {
        var zero = new LegacyRandom(0);
        var eleven = new LegacyRandom(11);

        zero.Permutation(Enumerable.Range(0, 12)).ShouldBe([6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5]);
        zero.Permutation(Enumerable.Range(0, 5)).ShouldBe([3, 1, 2, 4, 0]);
        eleven.Permutation(Enumerable.Range(0, 12)).ShouldBe([6, 3, 8, 10, 2, 11, 4, 5, 7, 1, 0, 9]);
        eleven.Permutation(Enumerable.Range(0, 5)).ShouldBe([2, 3, 4, 1, 0]);
    }

    [Fact]
    public void Draw_AnyLength_ChoosesAmongTheFirstBlocks()
    {
        var drawn = RandomBlocks.Draw(layer: 1, blocks: 16, Config(blockSize: 16, heads: 2, perBlock: 2, positions: 512));

        Flat(drawn[0]).ShouldBe([6, 4, 7, 5, 6, 1, 2, 1, 3, 1, 2, 1, 2, 5, 1, 2, 6, 7, 7, 6, 3, 7, 6, 2, 3, 1, 1, 6]);
        Flat(drawn[1]).ShouldBe([3, 6, 7, 5, 6, 7, 7, 6, 3, 1, 4, 3, 3, 2, 6, 2, 3, 2, 4, 7, 3, 6, 2, 1, 2, 4, 7, 4]);
    }

    [Fact]
    public void Draw_LengthOfThePaper_ChoosesForTheWholePositionTable()
    {
        var small = RandomBlocks.Draw(layer: 2, blocks: 8, Config(blockSize: 128, heads: 2, perBlock: 1, positions: 1024));
        var whole = RandomBlocks.Draw(layer: 3, blocks: 64, Config(blockSize: 64, heads: 2, perBlock: 3, positions: 4096));
        var part = RandomBlocks.Draw(layer: 3, blocks: 16, Config(blockSize: 64, heads: 2, perBlock: 3, positions: 4096));

        Flat(small[0]).ShouldBe([5, 4, 1, 6, 1, 6]);
        Flat(small[1]).ShouldBe([4, 4, 5, 6, 6, 5]);
        Flat(whole[0][..4]).ShouldBe([9, 7, 4, 7, 15, 5, 8, 11, 12, 9, 6, 8]);
        Flat(whole[0][13..17]).ShouldBe([2, 8, 3, 9, 13, 1, 3, 6, 4, 11, 10, 12]);
        Flat(whole[1][^4..]).ShouldBe([12, 8, 13, 6, 8, 3, 3, 1, 6, 14, 10, 15]);
        whole[0].Length.ShouldBe(62);
        Flat(part[1][^4..]).ShouldBe([8, 14, 4, 6, 15, 1, 11, 7, 8, 8, 11, 2]);
        part[1].Length.ShouldBe(14);
    }

    private static int[] Flat(int[][] blocks) => [.. blocks.SelectMany(block => block)];

    private static BigBirdConfig Config(int blockSize, int heads, int perBlock, int positions) => new()
    {
        Bert = new BertConfig { NumAttentionHeads = heads, MaxPositionEmbeddings = positions },
        BlockSize = blockSize,
        NumRandomBlocks = perBlock,
    };
}
