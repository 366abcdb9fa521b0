using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Kernels;

namespace Inkstone.Models;

/// <summary>Gathers the probabilities of a pattern's blocks into the rectangles of a <see cref="ForwardTrace"/>, whose size is that of full attention.</summary>
internal sealed class PatternTrace(PackedBatch batch, int heads)
{
    private readonly float[] values = new float[(long)batch.ChunkLengths.Count * heads * batch.Longest * batch.Longest];
    private readonly int[] firstRows = FirstRows(batch);

    /// <summary>Float32 <c>[chunks, heads, longest, longest]</c>.</summary>
    public Tensor Attentions => Tensor.From<float>(values, batch.ChunkLengths.Count, heads, batch.Longest, batch.Longest);

    /// <summary>Takes the probabilities of some blocks, <c>[blocks, heads, queries, keys]</c>.</summary>
    public void Add(Tensor probabilities, IReadOnlyList<QueryBlock> blocks)
    {
        var from = probabilities.Detach().To(Device.Cpu).ToFloats();
        var (queries, keys) = ((int)probabilities.Size(2), (int)probabilities.Size(3));
        for (var block = 0; block < blocks.Count; block++)
        {
            var chunk = ChunkOf(blocks[block].First);
            for (var head = 0; head < heads; head++)
            {
                for (var query = 0; query < blocks[block].Count; query++)
                {
                    var to = Row(chunk, head, blocks[block].First + query - firstRows[chunk]);
                    var at = ((((block * heads) + head) * queries) + query) * keys;
                    foreach (var range in blocks[block].KeysOf(head))
                    {
                        for (var key = 0; key < range.Count; key++)
                        {
                            to[range.First + key - firstRows[chunk]] += from[at++];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Takes the probabilities of each chunk's first token, <c>[chunks, heads, 1, longest]</c>.</summary>
    public void AddFirstTokens(Tensor probabilities)
    {
        var from = probabilities.Detach().To(Device.Cpu).ToFloats();
        for (var chunk = 0; chunk < firstRows.Length; chunk++)
        {
            for (var head = 0; head < heads; head++)
            {
                from.AsSpan(((chunk * heads) + head) * batch.Longest, batch.Longest).CopyTo(Row(chunk, head, 0));
            }
        }
    }

    private Span<float> Row(int chunk, int head, int query) => values.AsSpan(((((chunk * heads) + head) * batch.Longest) + query) * batch.Longest, batch.Longest);

    private int ChunkOf(int row)
    {
        var found = Array.BinarySearch(firstRows, row);
        return found >= 0 ? found : ~found - 1;
    }

    private static int[] FirstRows(PackedBatch batch)
    {
        var rows = new int[batch.ChunkLengths.Count];
        for (var chunk = 1; chunk < rows.Length; chunk++)
        {
            rows[chunk] = rows[chunk - 1] + batch.ChunkLengths[chunk - 1];
        }

        return rows;
    }
}
