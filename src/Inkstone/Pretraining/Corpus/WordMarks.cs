using Inkstone.Text.Icu;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Tells which tokens begin a word. Serves one thread at a time.</summary>
internal sealed class WordMarks : IDisposable
{
    private readonly WordBreaker breaker = new();
    private bool[] marks = new bool[256];

    /// <summary>Marks the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offsets">Where each token stands, in UTF-16 units.</param>
    /// <param name="ids">The tokens.</param>
    /// <param name="cutter">Knows which tokens continue a word.</param>
    /// <returns>A mark a token, valid until the next call: a token begins a word where it stands in another one than the token before.</returns>
    public ReadOnlySpan<bool> Mark(string text, ReadOnlySpan<CharSpan> offsets, ReadOnlySpan<int> ids, PieceCutter cutter)
    {
        if (marks.Length < ids.Length)
        {
            marks = new bool[Math.Max(ids.Length, 2 * marks.Length)];
        }

        var words = breaker.Break(text);
        var (word, last) = (0, -1);
        for (var token = 0; token < ids.Length; token++)
        {
            while (word < words.Count - 1 && words[word].End.Value <= offsets[token].Start)
            {
                word++;
            }

            marks[token] = word != last && !cutter.IsContinuation(ids[token]);
            last = word;
        }

        return marks.AsSpan(0, ids.Length);
    }

    public void Dispose() => breaker.Dispose();
}
