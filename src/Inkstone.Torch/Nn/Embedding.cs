namespace Inkstone.Torch.Nn;

/// <summary>A table of vectors, looked up by id.</summary>
public sealed class Embedding : Module
{
    private readonly Parameter weight;

    /// <summary>The table is uninitialized: load it, or fill it.</summary>
    public Embedding(long count, long dimension, ModelContext context) =>
        weight = Register("weight", Tensor.Empty([count, dimension], DType.Float32, context.Device));

    /// <summary><c>[count, dimension]</c>.</summary>
    public Tensor Weight => weight.Value;

    /// <summary>Ids <c>[…]</c> (int64) to vectors <c>[…, dimension]</c>.</summary>
    public Tensor Forward(Tensor ids) => Tensor.Embedding(Weight, ids);
}
