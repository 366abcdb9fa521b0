namespace Inkstone.Torch.Kernels;

/// <summary>
/// Words of a handful of Philox blocks: 8, 4 or 1 of them, each a 32-bit word in the low half of 64 bits. What stands in
/// the high halves is noise that no operation here lets into a low half.
/// </summary>
internal unsafe interface IPhiloxLanes<TSelf>
    where TSelf : unmanaged, IPhiloxLanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Create(ulong value);

    /// <summary><c>first, first + 1, …</c> as whole 64-bit numbers.</summary>
    static abstract TSelf CountFrom(ulong first);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>The 64-bit products of the low halves.</summary>
    static abstract TSelf MultiplyWords(TSelf left, TSelf right);

    /// <summary>The high halves, moved down.</summary>
    static abstract TSelf HighWords(TSelf value);

    /// <summary>Writes 64 bits a block: the low half of <paramref name="low"/>, and above it the low half of <paramref name="high"/>.</summary>
    static abstract void StorePairs(TSelf low, TSelf high, ulong* target);
}
