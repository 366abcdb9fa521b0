using System.Buffers.Binary;
using Inkstone.Text.Corpora;
using Shouldly;

namespace Inkstone.Text.Tests.Corpora;

/// <summary>Damage as disks, copies and bad programs do it: flipped bits, cut ends, repeated pieces, and numbers that lie.</summary>
internal static class Mutations
{
    private static readonly long[] Lies = [-1, 0, 1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 40, 0x7FFFFFF0];

    public static byte[] Of(byte[] content, Random chance)
    {
        byte[] mutated = [.. content];
        for (int times = 1 + chance.Next(4); times > 0 && mutated.Length > 16; times--)
        {
            int place = chance.Next(mutated.Length - 8);
            switch (chance.Next(5))
            {
                case 0:
                    mutated[place] ^= (byte)(1 << chance.Next(8));
                    break;
                case 1:
                    mutated[place] = (byte)chance.Next(256);
                    break;
                case 2:
                    mutated = mutated[..place];
                    break;
                case 3:
                    BinaryPrimitives.WriteInt32LittleEndian(mutated.AsSpan(place / 4 * 4), (int)Lies[chance.Next(Lies.Length)]);
                    break;
                default:
                    BinaryPrimitives.WriteInt64LittleEndian(mutated.AsSpan(place / 8 * 8), Lies[chance.Next(Lies.Length)]);
                    break;
            }
        }

        return mutated;
    }

    /// <summary>Reads each mutation to its end, where it is not refused, and counts those that were.</summary>
    public static int CountRefused(string scratch, byte[][] contents, int times, int seed)
    {
        var chance = new Random(seed);
        int refused = 0;
        long most = contents.Max(content => content.Length);
        for (int i = 0; i < times; i++)
        {
            File.WriteAllBytes(scratch, Of(contents[i % contents.Length], chance));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CorpusReader.Read(scratch, new() { WithMetadata = true }).Count().ShouldBeGreaterThan(0);
            }
            catch (InvalidDataFileException)
            {
                refused++;
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((64 * most) + (4 << 20), FormattableString.Invariant($"mutation {i} of seed {seed}"));
        }

        return refused;
    }
}
