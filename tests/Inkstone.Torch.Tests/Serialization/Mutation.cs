using Inkstone.Torch.Serialization;
using Shouldly;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>Damage to files, and the promise that the readers keep about it.</summary>
internal static class Mutation
{
    private static readonly string[] Poisons =
        ["-1", "0", "9223372036854775807", "18446744073709551616", "1e400", "{", "}", "[", "]", ",", "\"", "\\", "\0", "ÿ", "null", "F64", "["];

    /// <summary>One to four changes within the first <paramref name="end"/> bytes.</summary>
    public static byte[] Apply(byte[] original, int end, System.Random random)
    {
        var bytes = original.ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(Math.Min(end, bytes.Count));
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
                case 4: bytes.InsertRange(at, System.Text.Encoding.Latin1.GetBytes(Poisons[random.Next(Poisons.Length)])); break;
                default:
                    var digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        bytes[digit] = (byte)('0' + random.Next(10));
                    }

                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return random.Next(10) == 0 ? [.. bytes.Take(random.Next(bytes.Count + 1))] : [.. bytes];
    }

    /// <summary>Opens and reads every tensor, or is refused, with memory in proportion to the file.</summary>
    public static bool OpensOrIsRefused(Func<string, WeightFile> open, string path, int length, int round)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var opened = false;
        try
        {
            using var weights = open(path);
            foreach (var tensor in weights.Values)
            {
                foreach (var b in tensor.Bytes)
                {
                    _ = b;
                }
            }

            opened = true;
        }
        catch (InvalidWeightsException)
        {
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000 + (64L * length), $"round {round}");
        return opened;
    }
}
