using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Makes a longer table of positions by repeating the one there is.</summary>
/// <remarks>Beltagy et al. 2020, section 5 (arXiv:2004.05150): copies keep what a model knows of near tokens everywhere but at the seams.</remarks>
internal sealed class PositionTable
{
    private const string Name = ".embeddings.position_embeddings.weight";   // not a chunk encoder's

    private readonly int stored;
    private readonly int wanted;
    private readonly int firstPosition;

    private PositionTable(int stored, int wanted, int firstPosition) => (this.stored, this.wanted, this.firstPosition) = (stored, wanted, firstPosition);

    /// <summary>What a model needs whose folder has fewer positions; null where it has as many.</summary>
    /// <param name="folder">The folder's config.</param>
    /// <param name="model">The model's config.</param>
    public static PositionTable? Growing(ModelConfig folder, ModelConfig model) =>
        model.MaxLength > folder.MaxLength ? new(folder.MaxLength, model.MaxLength, model.FirstPosition) : null;

    /// <summary>What is to be said of it.</summary>
    public IEnumerable<string> Notices() =>
    [
        FormattableString.Invariant($"Positions {stored} to {wanted - 1} are copies of those before: the model has never seen texts over {stored} tokens. ")
        + "Such a table needs continued pretraining, attention still costs the square of the length, and training may be unstable; "
        + "tokenizer.long_text=chunk or a Longformer (inkstone convert) is usually better.",
    ];

    /// <summary>The tensor for a parameter, grown where it is the table.</summary>
    public StoredTensor Grow(StoredTensor tensor, NamedParameter parameter) =>
        parameter.Name.EndsWith(Name, StringComparison.Ordinal) && tensor.Shape is [var rows, var width] && rows == stored + firstPosition
            ? Repeat(tensor, parameter.Name, stored, wanted, firstPosition, firstPosition, (int)width)
            : tensor;

    /// <summary>A table with the positions of another, over and over.</summary>
    /// <param name="tensor">The other, <c>[positions, width]</c>.</param>
    /// <param name="name">The new one's name.</param>
    /// <param name="stored">Its positions.</param>
    /// <param name="wanted">The new one's.</param>
    /// <param name="storedFirst">The row of its first position; rows before are kept.</param>
    /// <param name="wantedFirst">The row of the new one's first; rows before that nothing is kept for are 0.</param>
    /// <param name="width">Numbers in a row.</param>
    public static StoredTensor Repeat(StoredTensor tensor, string name, int stored, int wanted, int storedFirst, int wantedFirst, int width)
    {
        var from = new float[tensor.ElementCount];
        tensor.CopyTo(from);
        var to = new float[(wanted + wantedFirst) * width];
        from.AsSpan(0, Math.Min(storedFirst, wantedFirst) * width).CopyTo(to);
        for (var position = 0; position < wanted; position++)
        {
            from.AsSpan((storedFirst + (position % stored)) * width, width).CopyTo(to.AsSpan((wantedFirst + position) * width));
        }

        return StoredTensor.CopyOf(name, Torch.DType.Float32, [wanted + wantedFirst, width], System.Runtime.InteropServices.MemoryMarshal.AsBytes(to.AsSpan()));
    }
}
