using Inkstone.Checkpoints;
using Inkstone.Text.Chunking;

namespace Inkstone.Explaining;

/// <summary>A text as the model sees it: cleaned, in chunks of tokens whose spans are known.</summary>
public sealed class ExplainedDocument
{
    private ExplainedDocument(string text, string? pair, EncodedDocument document, string[][] tokens, int unknownTokens)
    {
        (Text, Pair, Document, Tokens, UnknownTokens) = (text, pair, document, tokens, unknownTokens);
    }

    /// <summary>The cleaned text, in whose code points spans are counted.</summary>
    public string Text { get; }

    /// <summary>The cleaned second text; null where there is none.</summary>
    public string? Pair { get; }

    /// <summary>Ids and spans.</summary>
    public EncodedDocument Document { get; }

    /// <summary>The vocabulary's word for every id, chunk by chunk.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Tokens { get; }

    /// <summary>Tokens that stand for characters of the text, each chunk counted by itself.</summary>
    public int TextTokens => Document.Chunks.Sum(chunk => chunk.Offsets!.Count(span => span.Length > 0));

    /// <summary>Those of them that are <c>[UNK]</c>: nothing of their characters reaches the model.</summary>
    public int UnknownTokens { get; }

    /// <summary>Whether a token belongs to the second text.</summary>
    internal static bool IsOfPair(EncodedChunk chunk, int token) => chunk.TokenTypeIds is { } types && types[token] == 1;

    /// <summary>Cleans and encodes as the classifier does, and keeps the spans.</summary>
    internal static ExplainedDocument Of(Classifier classifier, TextEncoder encoder, string text, string? pair)
    {
        var (cleaned, cleanedPair) = (encoder.Cleaner.Clean(text), string.IsNullOrEmpty(pair) ? null : encoder.Cleaner.Clean(pair));
        var document = encoder.EncodeCleaned(cleaned, cleanedPair);
        var tokenizer = classifier.Tokenizer;
        var tokens = document.Chunks.Select(chunk => Array.ConvertAll(chunk.InputIds, id => tokenizer.IdToToken(id) ?? tokenizer.Options.UnkToken)).ToArray();
        var unknown = document.Chunks.Sum(chunk => chunk.InputIds.Where((id, token) => id == tokenizer.UnkId && chunk.Offsets![token].Length > 0).Count());
        return new(cleaned, cleanedPair, document, tokens, unknown);
    }
}
