using Inkstone.Explaining;

namespace Inkstone.Cli;

/// <summary>What is to be known of explanations that go into a file.</summary>
internal sealed class ExplanationNotes
{
    private int cut;
    private int empty;
    private int unknown;
    private int rough;

    /// <summary>Explanations so far.</summary>
    public int Count { get; private set; }

    public void Add(Explanation explanation)
    {
        var document = explanation.Document;
        Count++;
        cut += document.Document.Truncated ? 1 : 0;
        empty += document.TextTokens == 0 ? 1 : 0;
        unknown += document.TextTokens > 0 && document.UnknownTokens == document.TextTokens ? 1 : 0;
        rough += explanation.Attributions.Any(attribution => attribution.IsRough) ? 1 : 0;
    }

    /// <summary>One for each thing that happened.</summary>
    public IEnumerable<string> Sentences()
    {
        (int Texts, string What)[] found =
        [
            (cut, "longer than the model reads: what was cut off has no score (--max-length reads more)"),
            (empty, "empty: no token of theirs reaches the model"),
            (unknown, "unknown to the vocabulary as a whole ([UNK]): scores say only that something stands there"),
            (rough, "explained roughly: the convergence delta is more than 5 % of what the scores share out (raise --steps)"),
        ];
        return found.Where(of => of.Texts > 0).Select(of => FormattableString.Invariant($"{of.Texts} of {Count} texts are {of.What}."));
    }
}
