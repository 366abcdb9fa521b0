using Inkstone.Text.Tokenizing;

namespace Inkstone.Explaining;

/// <summary>Scores of tokens, carried over to the characters of the whole text.</summary>
/// <remarks>
/// A token's score is shared evenly by its characters, and a character that stands in several chunks adds up what it has in each: the
/// sum over all characters and special tokens is that over all tokens. Attention, a distribution in each chunk, is divided by their number.
/// </remarks>
public sealed class ScoredText
{
    private readonly string text;
    private readonly IReadOnlyList<CharSpan> tokens;
    private readonly double?[] scores;   // one a code point

    private ScoredText(string text, IReadOnlyList<CharSpan> tokens, double?[] scores) => (this.text, this.tokens, this.scores) = (text, tokens, scores);

    /// <summary>Cuts the text into units and adds up the scores in each.</summary>
    /// <exception cref="DllNotFoundException">Words are asked for, and there is no ICU on this machine.</exception>
    public IReadOnlyList<TextUnit> By(UnitKind kind)
    {
        var spans = TextUnits.Of(text, kind, tokens);
        var places = CharSpan.ToUtf16(text, spans);
        return [.. spans.Zip(places, (span, place) => new TextUnit(text[place.Start..place.End], span.Start, span.End, Sum(span)))];
    }

    /// <summary>The text, and the second text where there is one, with these scores.</summary>
    /// <param name="document">Where tokens stand.</param>
    /// <param name="attribution">Whose scores, chunk by chunk, are meant.</param>
    public static IReadOnlyList<ScoredText> Of(ExplainedDocument document, Attribution attribution)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(attribution);
        return Of(document, attribution.Shown.Scores, attribution.Method == ExplanationMethod.Attention ? 1.0 / document.Document.Chunks.Count : 1);
    }

    /// <summary>Any scores, one a token, chunk by chunk.</summary>
    internal static IReadOnlyList<ScoredText> Of(ExplainedDocument document, IReadOnlyList<IReadOnlyList<float>> scores, double factor = 1)
    {
        var first = Of(document, document.Text, scores, factor, ofPair: false);
        return document.Pair is null ? [first] : [first, Of(document, document.Pair, scores, factor, ofPair: true)];
    }

    private static ScoredText Of(ExplainedDocument document, string text, IReadOnlyList<IReadOnlyList<float>> scores, double factor, bool ofPair)
    {
        var byCharacter = new double?[TextUnits.CodePoints(text)];
        var tokens = new List<CharSpan>();
        for (var index = 0; index < scores.Count; index++)
        {
            var chunk = document.Document.Chunks[index];
            for (var token = 0; token < chunk.Offsets!.Length; token++)
            {
                var span = chunk.Offsets[token];
                if (span.Length == 0 || ExplainedDocument.IsOfPair(chunk, token) != ofPair)
                {
                    continue;
                }

                tokens.Add(span);
                for (var at = span.Start; at < span.End; at++)
                {
                    byCharacter[at] = (byCharacter[at] ?? 0) + (factor * scores[index][token] / span.Length);
                }
            }
        }

        return new(text, tokens, byCharacter);
    }

    private double? Sum(CharSpan span)
    {
        double? sum = null;
        for (var at = span.Start; at < span.End; at++)
        {
            sum = scores[at] is { } score ? (sum ?? 0) + score : sum;
        }

        return sum;
    }
}
