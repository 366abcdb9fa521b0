using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Hierarchical;

/// <summary>A bidirectional LSTM over a document's chunks: half of the width forwards, half backwards. All chunks weigh the same.</summary>
/// <remarks>Hochreiter and Schmidhuber 1997; names of the parameters are torch's.</remarks>
internal sealed class LstmChunkEncoder : Module, IChunkEncoder
{
    private static readonly Operator Lstm = Operator.Find("aten::lstm", "data");

    private readonly Parameter[] parameters;
    private readonly int half;

    public LstmChunkEncoder(int hidden, ModelContext context)
    {
        half = Math.Max(1, hidden / 2);
        parameters = [.. Direction("", hidden, context), .. Direction("_reverse", hidden, context)];
    }

    public int Width => 2 * half;

    public Tensor Read(Tensor chunkVectors, IReadOnlyList<int> chunkCounts)
    {
        // Torch wants all first chunks, then all second ones and so on, documents of most chunks first.
        var firstRows = FirstRows(chunkCounts);
        int[] longestFirst = [.. Enumerable.Range(0, chunkCounts.Count).OrderByDescending(document => chunkCounts[document])];
        var steps = chunkCounts.Max();
        var order = new List<long>();
        var sizes = new long[steps];
        for (var step = 0; step < steps; step++)
        {
            foreach (var document in longestFirst.TakeWhile(document => chunkCounts[document] > step))
            {
                order.Add(firstRows[document] + step);
                sizes[step]++;
            }
        }

        var inverse = new long[order.Count];
        for (var place = 0; place < inverse.Length; place++)
        {
            inverse[order[place]] = place;
        }

        var device = chunkVectors.Device;
        var start = Tensor.Zeros([2, chunkCounts.Count, half], DType.Float32, device);
        var read = Lstm.Call(
            chunkVectors.IndexSelect(0, Tensor.From<long>([.. order], order.Count).To(device)), Tensor.From<long>(sizes, steps), new[] { start, start },
            Array.ConvertAll(parameters, parameter => parameter.Value), true, 1, 0.0, false, true);
        return read.IndexSelect(0, Tensor.From<long>(inverse, inverse.Length).To(device));
    }

    public Tensor? Weigh(Tensor chunkStates, IReadOnlyList<int> chunkCounts) => null;

    private Parameter[] Direction(string way, int hidden, ModelContext context) =>
    [
        Register($"weight_ih_l0{way}", Tensor.Empty([4L * half, hidden], DType.Float32, context.Device)),
        Register($"weight_hh_l0{way}", Tensor.Empty([4L * half, half], DType.Float32, context.Device)),
        Register($"bias_ih_l0{way}", Tensor.Empty([4L * half], DType.Float32, context.Device)),
        Register($"bias_hh_l0{way}", Tensor.Empty([4L * half], DType.Float32, context.Device)),
    ];

    private static long[] FirstRows(IReadOnlyList<int> counts)
    {
        var rows = new long[counts.Count];
        for (var document = 1; document < rows.Length; document++)
        {
            rows[document] = rows[document - 1] + counts[document - 1];
        }

        return rows;
    }
}
