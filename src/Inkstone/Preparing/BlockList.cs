namespace Inkstone.Preparing;

/// <summary>A list that grows without moving what it holds: long lists never need twice their memory.</summary>
internal sealed class BlockList<T>
{
    private const int Shift = 13;
    private const int BlockLength = 1 << Shift;

    private readonly List<T[]> blocks = [];

    public int Count { get; private set; }

    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return ref blocks[index >> Shift][index & (BlockLength - 1)];
        }
    }

    public void Add(T item)
    {
        if (Count == blocks.Count << Shift)
        {
            blocks.Add(new T[BlockLength]);
        }

        blocks[Count >> Shift][Count & (BlockLength - 1)] = item;
        Count++;
    }

    /// <summary>The items in pieces that lie together.</summary>
    public IEnumerable<Memory<T>> Pieces()
    {
        for (var first = 0; first < Count; first += BlockLength)
        {
            yield return blocks[first >> Shift].AsMemory(0, Math.Min(BlockLength, Count - first));
        }
    }
}
