namespace Inkstone.Torch;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements; integers add up in int64.</summary>
    public Tensor Sum() => Aten.Sum.Call(this);

    /// <summary>Sums along some dimensions.</summary>
    /// <param name="dims">Which; none means all.</param>
    /// <param name="keepDim">Keeps them with size 1.</param>
    /// <param name="dtype">In which to add up.</param>
    public Tensor Sum(ReadOnlySpan<long> dims, bool keepDim = false, DType? dtype = null) =>
        Aten.SumDims.Call([this, Value.IntsBeside, keepDim, dtype], dims);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => Aten.Mean.Call(this);

    /// <summary>Means along some dimensions.</summary>
    /// <param name="dims">Which; none means all.</param>
    /// <param name="keepDim">Keeps them with size 1.</param>
    /// <param name="dtype">In which to add up.</param>
    public Tensor Mean(ReadOnlySpan<long> dims, bool keepDim = false, DType? dtype = null) =>
        Aten.MeanDims.Call([this, Value.IntsBeside, keepDim, dtype], dims);

    /// <summary>The largest element.</summary>
    public Tensor Max() => Aten.Max.Call(this);

    /// <summary>The largest elements along one dimension and where they are, int64.</summary>
    public (Tensor Values, Tensor Indices) Max(int dim, bool keepDim = false)
    {
        var results = Aten.MaxDim.CallAll(this, dim, keepDim);
        return (results[0].ToTensor(), results[1].ToTensor());
    }

    /// <summary>Where the largest elements along one dimension are, int64.</summary>
    public Tensor ArgMax(int dim, bool keepDim = false) => Aten.ArgMax.Call(this, dim, keepDim);

    /// <summary>The square root of the sum of squares of all elements.</summary>
    public Tensor Norm() => Aten.Norm.Call(this);

    /// <summary>Whether |this - other| ≤ atol + rtol · |other| everywhere. NaN is close to nothing.</summary>
    public bool AllClose(Tensor other, double rtol = 1e-5, double atol = 1e-8) =>
        Aten.AllClose.CallNumber(this, other, rtol, atol).Integer != 0;

    /// <summary>Whether shape and every element are equal.</summary>
    public bool EqualsExactly(Tensor other) => Aten.Equal.CallNumber(this, other).Integer != 0;

    /// <summary>This, with the places of <paramref name="source"/> added to those places of <paramref name="dim"/> that <paramref name="index"/> names.</summary>
    public Tensor IndexAdd(int dim, Tensor index, Tensor source) => Aten.IndexAdd.Call(this, dim, index, source);

    /// <summary>This, with each element of <paramref name="source"/> added where <paramref name="index"/>, of its shape, says along <paramref name="dim"/>.</summary>
    public Tensor ScatterAdd(int dim, Tensor index, Tensor source) => Aten.ScatterAdd.Call(this, dim, index, source);
}
