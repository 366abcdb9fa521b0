using Inkstone.Batching;
using Inkstone.Text.Chunking;

namespace Inkstone.FirstEncoder;

/// <summary>Hides words of a batch: spans of one to three tokens, 15 % of all; 80 % become [MASK], 10 % another word, 10 % stay.</summary>
internal sealed class Masking(int maskId, int firstWordId, int vocabularySize, SeededRandom random)
{
    private const double SpanRate = 0.08;

    /// <summary>Changes copies of the ids; gives the masked documents, the rows to guess and the words that stood there.</summary>
    public (EncodedDocument[] Masked, long[] Rows, long[] Words) Mask(IReadOnlyList<int[]> lines, Func<int[], EncodedDocument> document)
    {
        var masked = new EncodedDocument[lines.Count];
        var rows = new List<long>();
        var words = new List<long>();
        var first = 0;
        for (var line = 0; line < masked.Length; line++)
        {
            var ids = (int[])lines[line].Clone();
            for (var position = 1; position < ids.Length - 1; position++)
            {
                if (random.NextDouble() >= SpanRate)
                {
                    continue;
                }

                var end = Math.Min(position + 1 + random.Next(3), ids.Length - 1);
                for (; position < end; position++)
                {
                    rows.Add(first + position);
                    words.Add(ids[position]);
                    ids[position] = Hidden(ids[position]);
                }
            }

            masked[line] = document(ids);
            first += ids.Length;
        }

        return (masked, [.. rows], [.. words]);
    }

    private int Hidden(int id) => random.NextDouble() switch
    {
        < 0.8 => maskId,
        < 0.9 => firstWordId + random.Next(vocabularySize - firstWordId),
        _ => id,
    };
}
