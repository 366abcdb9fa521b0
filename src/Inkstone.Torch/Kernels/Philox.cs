using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>Philox4x32-10: 128 random bits as a pure function of a 128-bit counter and a 64-bit key.</summary>
/// <remarks>
/// Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". Counter words 0 and 1 are the
/// block's index, words 2 and 3 the stream. Blocks are computed eight to a tile, in registers of any width.
/// </remarks>
internal static unsafe class Philox
{
    /// <summary>Blocks whose words stand together: first words 0 and 1 of all eight, then words 2 and 3.</summary>
    public const int BlocksPerTile = 8;

    /// <summary>64-bit numbers of a tile.</summary>
    public const int PairsPerTile = 2 * BlocksPerTile;

    private const int Rounds = 10;
    private const ulong Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const ulong KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;

    /// <summary>Writes whole tiles, <see cref="PairsPerTile"/> numbers each.</summary>
    /// <param name="firstBlock">Index of the first tile's first block.</param>
    /// <param name="tiles">How many tiles.</param>
    /// <param name="stream">Counter words 2 (low half) and 3.</param>
    /// <param name="key">Key words 0 (low half) and 1.</param>
    /// <param name="output">Room for all of them.</param>
    /// <param name="maxWidth">At most so many blocks in a register; for tests, the result does not depend on it.</param>
    public static void Fill(ulong firstBlock, int tiles, ulong stream, ulong key, ulong* output, int maxWidth = BlocksPerTile)
    {
        if (PhiloxLanes8.IsSupported && maxWidth >= PhiloxLanes8.Count)
        {
            Fill<PhiloxLanes8>(firstBlock, tiles, stream, key, output);
        }
        else if (PhiloxLanes4.IsSupported && maxWidth >= PhiloxLanes4.Count)
        {
            Fill<PhiloxLanes4>(firstBlock, tiles, stream, key, output);
        }
        else
        {
            Fill<PhiloxLanes1>(firstBlock, tiles, stream, key, output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a long loop from the first call on: no time for tiers
    private static void Fill<TLanes>(ulong firstBlock, int tiles, ulong stream, ulong key, ulong* output)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        for (var tile = 0; tile < tiles; tile++, output += PairsPerTile)
        {
            for (var block = 0; block < BlocksPerTile; block += TLanes.Count)
            {
                var index = TLanes.CountFrom(firstBlock + ((ulong)tile * BlocksPerTile) + (ulong)block);
                Encrypt(index, stream, key, output + block, output + BlocksPerTile + block);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Encrypt<TLanes>(TLanes index, ulong stream, ulong key, ulong* words01, ulong* words23)
        where TLanes : unmanaged, IPhiloxLanes<TLanes>
    {
        var (c0, c1) = (index, TLanes.HighWords(index));
        var (c2, c3) = (TLanes.Create(stream), TLanes.Create(stream >> 32));
        var (k0, k1) = (TLanes.Create(key), TLanes.Create(key >> 32));
        var (multiplier0, multiplier1) = (TLanes.Create(Multiplier0), TLanes.Create(Multiplier1));
        var (step0, step1) = (TLanes.Create(KeyStep0), TLanes.Create(KeyStep1));

        for (var round = 0; round < Rounds; round++)
        {
            var product0 = TLanes.MultiplyWords(multiplier0, c0);
            var product1 = TLanes.MultiplyWords(multiplier1, c2);
            (c0, c1) = (TLanes.HighWords(product1) ^ c1 ^ k0, product1);
            (c2, c3) = (TLanes.HighWords(product0) ^ c3 ^ k1, product0);
            (k0, k1) = (k0 + step0, k1 + step1);
        }

        TLanes.StorePairs(c0, c1, words01);
        TLanes.StorePairs(c2, c3, words23);
    }
}
