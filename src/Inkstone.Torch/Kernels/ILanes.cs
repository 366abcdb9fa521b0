namespace Inkstone.Torch.Kernels;

/// <summary>
/// A handful of float32 numbers that are computed together: 16, 8 or 1 of them. A kernel is written once over
/// <typeparamref name="TSelf"/>; the compiler makes one loop for each width.
/// </summary>
/// <remarks>Every operation is rounded once, as IEEE 754 says, so that the width never changes a bit of a result.</remarks>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Create(float value);

    static abstract TSelf Load(float* source);

    /// <summary>Reads bfloat16 numbers: the upper halves of float32.</summary>
    static abstract TSelf LoadBFloat16(ushort* source);

    /// <summary>Reads whole numbers 0 to 65535.</summary>
    static abstract TSelf LoadUInt16(ushort* source);

    void Store(float* target);

    /// <summary>Rounds to bfloat16, ties to even; every NaN becomes 0x7FC0.</summary>
    void StoreBFloat16(ushort* target);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary><c>left * right + addend</c>, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>0 in place of numbers nearer to it than 2^-126, with which processors are slow; NaN stays.</summary>
    static abstract TSelf FlushSubnormal(TSelf value);

    /// <summary><paramref name="chosen"/> where <paramref name="value"/> is at least <paramref name="threshold"/>, 0 elsewhere.</summary>
    static abstract TSelf WhereAtLeast(TSelf value, TSelf threshold, TSelf chosen);

    /// <summary><paramref name="chosen"/> where <paramref name="value"/> is at least <paramref name="threshold"/>, <paramref name="other"/> elsewhere and for NaN.</summary>
    static abstract TSelf Choose(TSelf value, TSelf threshold, TSelf chosen, TSelf other);

    /// <summary>2 to the power of whole numbers between -126 and 127.</summary>
    static abstract TSelf PowerOf2(TSelf exponent);

    /// <summary>All numbers added, in an order of its own for each width: the one operation whose rounding depends on it.</summary>
    float Sum();
}
