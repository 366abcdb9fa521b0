using System.Collections;
using System.Runtime.InteropServices;

namespace Inkstone.Batching;

/// <summary>Numbers from 0 up, each in one, two or four bytes: as few as the greatest needs.</summary>
internal sealed class NarrowNumbers : IReadOnlyList<int>
{
    private readonly byte[] bytes;
    private readonly int width;

    private NarrowNumbers(int count, int width) => (Count, this.width, bytes) = (count, width, new byte[(long)count * width]);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Bytes that each number takes.</summary>
    public int Width => width;

    /// <inheritdoc/>
    public int this[int index]
    {
        get => width switch
        {
            1 => bytes[index],
            2 => MemoryMarshal.Cast<byte, ushort>(bytes)[index],
            _ => MemoryMarshal.Cast<byte, int>(bytes)[index],
        };

        private set
        {
            switch (width)
            {
                case 1:
                    bytes[index] = (byte)value;
                    break;
                case 2:
                    MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan())[index] = (ushort)value;
                    break;
                default:
                    MemoryMarshal.Cast<byte, int>(bytes.AsSpan())[index] = value;
                    break;
            }
        }
    }

    /// <summary>Keeps numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="numberOf">Gives each, from the first to the last, twice over.</param>
    public static NarrowNumbers Of(int count, Func<int, int> numberOf)
    {
        var all = 0u;
        for (var index = 0; index < count; index++)
        {
            all |= (uint)numberOf(index);
        }

        var numbers = new NarrowNumbers(count, all <= byte.MaxValue ? 1 : all <= ushort.MaxValue ? 2 : 4);
        for (var index = 0; index < count; index++)
        {
            numbers[index] = numberOf(index);
        }

        return numbers;
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
