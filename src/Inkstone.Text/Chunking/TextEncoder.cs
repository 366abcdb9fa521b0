using Inkstone.Text.Cleaning;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Chunking;

/// <summary>
/// A tokenizer with the settings that a model was trained with, cleaning included: the one way from a raw text to ids, for training
/// and prediction alike. Immutable, safe to use from many threads.
/// </summary>
public sealed class TextEncoder
{
    /// <summary>Binds settings to a tokenizer.</summary>
    /// <param name="tokenizer">Text to tokens.</param>
    /// <param name="options">Lengths and chunks.</param>
    /// <param name="cleaner">What is done to texts first; null for nothing.</param>
    /// <exception cref="ArgumentException">Settings contradict each other; the message has a sentence for each.</exception>
    public TextEncoder(WordPieceTokenizer tokenizer, TextEncoderOptions options, TextCleaner? cleaner = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems));
        }

        (Tokenizer, Options, Cleaner) = (tokenizer, options, cleaner ?? TextCleaner.Identity);
    }

    /// <summary>Text to tokens.</summary>
    public WordPieceTokenizer Tokenizer { get; }

    /// <summary>Lengths and chunks.</summary>
    public TextEncoderOptions Options { get; }

    /// <summary>What is done to texts first.</summary>
    public TextCleaner Cleaner { get; }

    /// <summary>Makes one text, or a pair, into model input. Spans in the result are of the cleaned text.</summary>
    /// <param name="text">The raw text; any string will do.</param>
    /// <param name="pair">The second text; null or empty where there is none.</param>
    public EncodedDocument Encode(string text, string? pair = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeCleaned(Cleaner.Clean(text), pair is null ? null : Cleaner.Clean(pair));
    }

    /// <summary>Does what <see cref="Encode"/> does, for texts that <see cref="Cleaner"/> has cleaned already.</summary>
    /// <param name="text">The cleaned text.</param>
    /// <param name="pair">The second text, cleaned; null or empty where there is none.</param>
    /// <remarks>
    /// A pair that is too long: when cutting, the longer text loses tokens first. In chunks the first text is divided and the
    /// second stands whole in each, cut only where it would leave the first less than half of the room, or no more than the stride.
    /// </remarks>
    public EncodedDocument EncodeCleaned(string text, string? pair = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        pair = WordPieceTokenizer.NullIfEmpty(pair);
        var (buffer, first) = Tokenizer.Tokenize(text, pair, OffsetUnit.CodePoint);
        var second = buffer.Count - first;
        var room = Math.Max(0, Options.MaxLength - WordPieceTokenizer.SpecialTokens(pair is not null));
        if (first + second <= room || room == 0 || Options.LongText == LongText.Truncate)
        {
            var (keepFirst, keepSecond) = Truncation.PairLengths(first, second, room, TruncationStrategy.LongestFirst);
            var kept = Truncation.Keep(first, keepFirst, Options.TruncationSide, Options.HeadTokens);
            return new EncodedDocument([Chunk(kept, keepSecond)], buffer.Count, Truncated: keepFirst + keepSecond < first + second);
        }

        var pairLength = Math.Clamp(room - Options.Stride - 1, 0, Math.Min(second, room / 2));
        var windows = Truncation.Windows(first, room - pairLength, Math.Min(Options.Stride, room - pairLength - 1), TruncationSide.Right).ToList();
        int[] chosen = [.. Chosen(windows.Count)];
        return new EncodedDocument([.. chosen.Select(window => Chunk(windows[window], pairLength))], buffer.Count, Truncated: chosen.Length < windows.Count || pairLength < second);

        EncodedChunk Chunk(Kept kept, int keepSecond)
        {
            var keptOfPair = Truncation.Keep(second, keepSecond, Options.TruncationSide, Options.HeadTokens);
            var input = Tokenizer.Assemble(buffer, first, kept, pair is null ? null : keptOfPair, addSpecialTokens: true);
            var covered = kept.Length == 0 ? default : input.Offsets.AsSpan(1, kept.Length);
            return new EncodedChunk(
                input.InputIds,
                pair is null ? null : input.TokenTypeIds,
                kept.Length == 0 ? 0 : covered[0].Start,
                kept.Length == 0 ? 0 : covered[^1].End,
                Options.WithOffsets ? input.Offsets : null);
        }
    }

    /// <summary>Which of so many chunks stay, ascending.</summary>
    private IEnumerable<int> Chosen(int count)
    {
        if (Options.MaxChunks is not { } most || most >= count)
        {
            return Enumerable.Range(0, count);
        }

        if (Options.ChunkSelection == ChunkSelection.Spread)
        {
            return Enumerable.Range(0, most).Select(place => most == 1 ? count / 2 : (int)(((place * (count - 1L)) + ((most - 1) / 2)) / (most - 1)));
        }

        var kept = Truncation.Keep(count, most, Options.TruncationSide, (most + 1) / 2);
        return Enumerable.Range(0, kept.HeadLength).Concat(Enumerable.Range(kept.TailStart, kept.TailLength));
    }

    /// <summary>Cleans and encodes many texts side by side.</summary>
    /// <param name="texts">Raw texts, each alone or with a second one.</param>
    /// <param name="threads">How many to work on at a time, at least 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One document a text, in the texts' order, whatever the number of threads.</returns>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public EncodedDocument[] EncodeAll(IReadOnlyList<(string Text, string? Pair)> texts, int threads, CancellationToken cancellation = default) =>
        ForAll(texts, threads, text => Encode(text.Text, text.Pair), cancellation);

    /// <summary>Does what <see cref="EncodeAll"/> does, for texts that <see cref="CleanAll"/> has cleaned.</summary>
    /// <inheritdoc cref="EncodeAll"/>
    public EncodedDocument[] EncodeAllCleaned(IReadOnlyList<(string Text, string? Pair)> texts, int threads, CancellationToken cancellation = default) =>
        ForAll(texts, threads, text => EncodeCleaned(text.Text, text.Pair), cancellation);

    /// <summary>Cleans many texts side by side, as <see cref="EncodeAll"/> does before it encodes them.</summary>
    /// <returns>The cleaned texts in their order.</returns>
    /// <inheritdoc cref="EncodeAll"/>
    public IReadOnlyList<(string Text, string? Pair)> CleanAll(IReadOnlyList<(string Text, string? Pair)> texts, int threads, CancellationToken cancellation = default) =>
        Cleaner.IsIdentity ? texts : ForAll(texts, threads, text => (Cleaner.Clean(text.Text), text.Pair is null ? null : Cleaner.Clean(text.Pair)), cancellation);

    private static T[] ForAll<T>(IReadOnlyList<(string Text, string? Pair)> texts, int threads, Func<(string Text, string? Pair), T> work, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var results = new T[texts.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, texts.Count, options, i => results[i] = work(texts[i]));
        return results;
    }
}
