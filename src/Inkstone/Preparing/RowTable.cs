using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inkstone.Preparing;

/// <summary>Values of one size, one for each row, in a spool: as many as the disk holds. Safe to read from many threads.</summary>
/// <param name="bytes">Where they lie.</param>
/// <param name="start">Where the first begins.</param>
/// <param name="count">How many there are.</param>
internal sealed class RowTable<T>(Spool bytes, long start, int count)
    where T : unmanaged
{
    /// <summary>Where they lie.</summary>
    public Spool Bytes => bytes;

    /// <summary>Where the first begins.</summary>
    public long Start => start;

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>One of them, read by itself: for few, anywhere.</summary>
    public T this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)count, nameof(number));
            T value = default;
            bytes.Read(start + ((long)number * Unsafe.SizeOf<T>()), MemoryMarshal.AsBytes(new Span<T>(ref value)));
            return value;
        }
    }

    /// <summary>For many of them, in about their order. For one thread.</summary>
    public Cursor InOrder() => new(this);

    /// <summary>All of them, in their order.</summary>
    public IEnumerable<T> All()
    {
        var cursor = InOrder();
        for (var number = 0; number < count; number++)
        {
            yield return cursor[number];
        }
    }

    /// <summary>Holds those around the one that was asked for last.</summary>
    internal sealed class Cursor(RowTable<T> table)
    {
        private readonly T[] window = new T[Math.Clamp((1 << 15) / Unsafe.SizeOf<T>(), 1, Math.Max(table.Count, 1))];
        private int first;
        private int filled;

        public ref readonly T this[int number]
        {
            get
            {
                if ((uint)(number - first) >= (uint)filled)
                {
                    Fill(number);
                }

                return ref window[number - first];
            }
        }

        private void Fill(int number)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)table.Count, nameof(number));
            (first, filled) = (number, 0);
            var length = Math.Min(window.Length, table.Count - number);
            table.Read(number, window.AsSpan(0, length));
            filled = length;
        }
    }

    private void Read(int number, Span<T> target) => bytes.Read(start + ((long)number * Unsafe.SizeOf<T>()), MemoryMarshal.AsBytes(target));
}
