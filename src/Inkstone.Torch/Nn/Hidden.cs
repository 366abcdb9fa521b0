namespace Inkstone.Torch.Nn;

/// <summary>One vector a token, as the two readers of it want it.</summary>
/// <param name="Stream">Float32, for residual additions.</param>
/// <param name="ForProduct">The same for matrix products, in their dtype; or simply the same tensor.</param>
public readonly record struct Hidden(Tensor Stream, Tensor ForProduct)
{
    /// <summary>Some of the rows, by an int64 index.</summary>
    public Hidden Rows(Tensor index)
    {
        var stream = Stream.IndexSelect(0, index);
        return new(stream, ReferenceEquals(Stream, ForProduct) ? stream : ForProduct.IndexSelect(0, index));
    }

    /// <summary>Hands both to the scope around <paramref name="scope"/>.</summary>
    public Hidden KeptBy(TensorScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return new(scope.Keep(Stream), scope.Keep(ForProduct));
    }
}
