namespace Inkstone.Models.BigBird;

/// <summary>Draws the random blocks of a BigBird layer as transformers does while it trains: from numpy's generator, seeded with the layer's number.</summary>
/// <remarks>So they are the same in every step, and differ between layers, heads and lengths of texts.</remarks>
internal static class RandomBlocks
{
    private const int PaperReach = 1024;   // tokens among which the paper's plan draws

    /// <summary>For each head and each block but the first and the last, the random blocks that it looks at.</summary>
    /// <param name="layer">The layer's number, from 0.</param>
    /// <param name="blocks">Blocks of the text, more than 2 · <see cref="BigBirdConfig.NumRandomBlocks"/> + 5.</param>
    /// <param name="config">Size of the blocks, heads, and how many blocks are drawn for each.</param>
    public static int[][][] Draw(int layer, int blocks, BigBirdConfig config)
    {
        var random = new LegacyRandom((uint)layer);
        var heads = config.Bert.NumAttentionHeads;
        return (blocks * config.BlockSize) is 1024 or 3072 or 4096
            ? [.. Enumerable.Range(0, heads).Select(_ => AfterThePaper(random, blocks, config))]
            : Planned(random, blocks, heads, config.NumRandomBlocks);
    }

    /// <summary>The three lengths of the paper: blocks are drawn for the whole position table, and those of the text taken.</summary>
    private static int[][] AfterThePaper(LegacyRandom random, int blocks, BigBirdConfig config)
    {
        var all = config.Bert.MaxPositionEmbeddings / config.BlockSize;
        var last = (PaperReach > 2 * config.BlockSize ? PaperReach / config.BlockSize : all) - 1;
        int[] middle = [.. Enumerable.Range(1, Math.Max(0, all - 2))];
        var drawn = new List<int[]>();
        for (var block = 1; block < all - 1; block++)
        {
            drawn.Add([.. random.Permutation(Candidates(block)).Take(config.NumRandomBlocks)]);
        }

        return [.. drawn.Take(blocks - 2)];

        IEnumerable<int> Candidates(int block) => block switch
        {
            1 => middle.Take(last).Skip(2),
            2 => middle.Take(last).Skip(3),
            _ when block >= all - 3 || block - 2 > last => middle.Take(last),
            _ when block + 1 == last => middle.Take(block - 2),
            _ => middle.Take(block - 2).Concat(middle.Take(last).Skip(block + 1)),
        };
    }

    /// <summary>Every other length: blocks are drawn among the first 2 · random + 5.</summary>
    private static int[][][] Planned(LegacyRandom random, int blocks, int heads, int perBlock)
    {
        var reach = (2 * perBlock) + 5;
        int[][][] drawn = [.. Enumerable.Range(0, heads).Select(_ => new int[blocks - 2][])];
        for (var block = 1; block < blocks; block++)
        {
            for (var head = 0; head < heads; head++)
            {
                var order = random.Permutation(Enumerable.Range(0, reach));
                if (block < blocks - 1)
                {
                    drawn[head][block - 1] = [.. order.Where(IsFree).Take(perBlock)];
                }
            }

            // Neither what the block looks at anyway, nor what would make the second block and the second last see one another.
            bool IsFree(int other) =>
                Math.Abs(other - block) > 1 && other != 0 && other != reach - 1 && !(block == 1 && other == reach - 2) && !(block == reach - 2 && other == 1);
        }

        return drawn;
    }
}
