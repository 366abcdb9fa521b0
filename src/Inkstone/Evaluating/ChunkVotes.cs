namespace Inkstone.Evaluating;

/// <summary>What the chunks of a document say by themselves, beside what the document as a whole says.</summary>
/// <param name="Strongest">0-based number of the chunk whose logit of the predicted class is highest.</param>
/// <param name="Agrees">Of each chunk, whether its own highest logit is that of the document's predicted class.</param>
public sealed record ChunkVotes(int Strongest, bool[] Agrees)
{
    /// <summary>Chunks of the document.</summary>
    public int Count => Agrees.Length;

    /// <summary>Whether all chunks say what the document says.</summary>
    public bool IsUnanimous => Array.TrueForAll(Agrees, agrees => agrees);

    /// <summary>Of a document's logits and those of its chunks.</summary>
    public static ChunkVotes Of(float[] document, float[][] chunks)
    {
        var predicted = Array.IndexOf(document, document.Max());
        return new(
            Enumerable.Range(0, chunks.Length).MaxBy(chunk => chunks[chunk][predicted]),
            Array.ConvertAll(chunks, logits => Array.IndexOf(logits, logits.Max()) == predicted));
    }
}
