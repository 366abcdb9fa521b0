namespace Inkstone.Torch.Kernels;

/// <summary>One head of one block of queries: its keys are gathered from where they lie, and what its queries do not see is masked.</summary>
internal readonly unsafe struct PatternHead<T>
    where T : unmanaged
{
    private readonly Place place;

    /// <summary>Lays the buffers out from <paramref name="memory"/> on.</summary>
    public PatternHead(in Place place, float* memory)
    {
        this.place = place;
        Head = new(place.Rate, place.Stream, place.Block, memory);
    }

    /// <summary>The buffers.</summary>
    public AttentionHead<T> Head { get; }

    /// <summary>Gathers keys and values, reads the queries and computes the probabilities, before dropout.</summary>
    public void ComputeProbabilities<TLanes>(PatternBlocks<T> blocks)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var gathered = 0;
        foreach (var range in place.Ranges)
        {
            var at = (long)gathered * Head.Block.PaddedSize;
            Head.Load<TLanes>(blocks.Rows(1, place.Head, range.First), range.Count, range.Count, 1, Head.Key + at);
            Head.Load<TLanes>(blocks.Rows(2, place.Head, range.First), range.Count, range.Count, 1, Head.Value + at);
            gathered += range.Count;
        }

        Head.ComputeScores<TLanes>();
        for (var row = 0; row < Head.Block.Asking; row++)
        {
            var scores = Head.Probabilities + ((long)row * Head.Block.PaddedKeys);
            FillUnseen(row, scores, float.MinValue);
            Head.Softmax<TLanes>(scores);
            FillUnseen(row, scores, 0);
        }
    }

    private void FillUnseen(int row, float* scores, float value)
    {
        foreach (var range in place.Ranges)
        {
            var (start, end) = range.SeenBy(place.FirstQuery + row, place.Window);
            new Span<float>(scores, start).Fill(value);
            new Span<float>(scores + end, range.Count - end).Fill(value);
            scores += range.Count;
        }
    }

    /// <summary>Where it works.</summary>
    internal readonly struct Place
    {
        public PatternChunk Chunk { get; init; }

        public int FirstQuery { get; init; }

        public IReadOnlyList<KeyRange> Ranges { get; init; }

        public int Window { get; init; }

        public int Head { get; init; }

        public double Rate { get; init; }

        public DropoutStream Stream { get; init; }

        /// <summary>Queries and output; keys and values are gathered instead.</summary>
        public AttentionBlocks<T>.Block Block { get; init; }
    }
}
