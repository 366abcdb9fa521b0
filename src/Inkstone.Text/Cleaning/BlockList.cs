namespace Inkstone.Text.Cleaning;

/// <summary>A list that grows without moving what it holds: long lists never need twice their memory.</summary>
internal sealed class BlockList<T>
{
    private const int Shift = 12;
    private const int BlockLength = 1 << Shift;

    private readonly List<T[]> blocks = [];

    public int Count { get; private set; }

    public T this[int index] => blocks[index >> Shift][index & (BlockLength - 1)];

    public void Add(T item)
    {
        if (Count == blocks.Count << Shift)
        {
            blocks.Add(new T[BlockLength]);
        }

        blocks[Count >> Shift][Count & (BlockLength - 1)] = item;
        Count++;
    }
}
