namespace Inkstone.Text.Tokenizing;

/// <content>Text to model input.</content>
public sealed partial class WordPieceTokenizer
{
    private const int LargestKeptBuffer = 1 << 20; // one giant text must not hold its memory for good

    [ThreadStatic]
    private static TokenBuffer?[]? buffers;

    /// <summary>Makes one text, or a pair of texts, into model input.</summary>
    /// <param name="text">The text; any string will do.</param>
    /// <param name="pair">The second text; null or empty where there is none.</param>
    /// <param name="options">Length, truncation, special tokens; null for the defaults.</param>
    /// <exception cref="ArgumentException">The settings contradict each other, or the text that is to be cut is too short for it.</exception>
    public TokenizedText Encode(string text, string? pair = null, EncodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new EncodingOptions();
        pair = NullIfEmpty(pair);
        var room = Room(options, pair is not null);
        var (buffer, first) = Tokenize(text, pair, options.OffsetUnit);
        var second = buffer.Count - first;
        if (pair is null && options.TruncationStrategy == TruncationStrategy.OnlySecond && first > room)
        {
            throw new ArgumentException("only the second text may be cut, but there is none.", nameof(options));
        }

        var (keepFirst, keepSecond) = pair is null ? (Math.Min(first, room), 0) : Truncation.PairLengths(first, second, room, options.TruncationStrategy);
        var kept = Truncation.Keep(first, keepFirst, options.TruncationSide, options.HeadTokens);
        var keptOfPair = Truncation.Keep(second, keepSecond, options.TruncationSide, options.HeadTokens);
        return Assemble(buffer, first, kept, pair is null ? null : keptOfPair, options.AddSpecialTokens);
    }

    /// <summary>
    /// Makes a long text into as many model inputs as it needs, each sharing <see cref="EncodingOptions.Stride"/> tokens with
    /// the one before (Hugging Face: <c>return_overflowing_tokens</c>). Of a pair one text is cut, the other stands whole in
    /// each.
    /// </summary>
    /// <param name="text">The text; any string will do.</param>
    /// <param name="pair">The second text; null or empty where there is none.</param>
    /// <param name="options">Needs <see cref="EncodingOptions.MaxLength"/>, and for a pair a strategy that names one text.</param>
    /// <returns>At least one input; from the left side the last part of the text comes first.</returns>
    /// <exception cref="ArgumentException">The settings contradict each other, or the uncut text leaves no room.</exception>
    public IReadOnlyList<TokenizedText> EncodeChunks(string text, string? pair, EncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        pair = NullIfEmpty(pair);
        if (options.MaxLength is null || options.TruncationSide == TruncationSide.Both)
        {
            throw new ArgumentException("chunks need a max length, and the truncation side right or left.", nameof(options));
        }

        if (pair is not null && options.TruncationStrategy == TruncationStrategy.LongestFirst)
        {
            throw new ArgumentException("chunks of a pair need the strategy OnlyFirst or OnlySecond, which says the text that is cut.", nameof(options));
        }

        var room = Room(options, pair is not null);
        var (buffer, first) = Tokenize(text, pair, options.OffsetUnit);
        var second = buffer.Count - first;
        var (whole, wholeOfPair) = (Truncation.Keep(first, first, default, 0), Truncation.Keep(second, second, default, 0));
        if (first + second <= room)
        {
            return [Assemble(buffer, first, whole, pair is null ? null : wholeOfPair, options.AddSpecialTokens)];
        }

        var cutsFirst = pair is null || options.TruncationStrategy == TruncationStrategy.OnlyFirst;
        var length = room - (cutsFirst ? second : first);
        if (options.Stride >= length || options.Stride < 0)
        {
            throw new ArgumentException($"the stride is {options.Stride}, but must be from 0 to less than the {length} tokens of text that a chunk has room for.", nameof(options));
        }

        return [.. Truncation.Windows(cutsFirst ? first : second, length, options.Stride, options.TruncationSide)
            .Select(window => Assemble(buffer, first, cutsFirst ? window : whole, pair is null ? null : cutsFirst ? wholeOfPair : window, options.AddSpecialTokens))];
    }

    /// <summary>Tokenizes into this thread's buffer; the first text's tokens come first.</summary>
    internal (TokenBuffer Buffer, int FirstCount) Tokenize(string text, string? pair, OffsetUnit unit)
    {
        buffers ??= new TokenBuffer?[3];
        if (buffers[(int)unit] is not { Capacity: <= LargestKeptBuffer } buffer)
        {
            buffers[(int)unit] = buffer = new TokenBuffer(unit);
        }

        buffer.Clear();
        Append(text, buffer);
        var first = buffer.Count;
        if (pair is not null)
        {
            Append(pair, buffer);
        }

        return (buffer, first);
    }

    /// <summary>Puts together what is kept of one text or two, with special tokens or without.</summary>
    internal TokenizedText Assemble(TokenBuffer buffer, int firstCount, Kept first, Kept? second, bool addSpecialTokens)
    {
        var specials = addSpecialTokens ? SpecialTokens(second is not null) : 0;
        var ids = new int[first.Length + (second?.Length ?? 0) + specials];
        var offsets = buffer.OffsetUnit == OffsetUnit.None ? [] : new CharSpan[ids.Length];
        var next = addSpecialTokens ? 1 : 0;
        if (addSpecialTokens)
        {
            ids[0] = ClsId;
        }

        Copy(first, 0);
        var secondStart = next;
        if (second is { } keptOfSecond)
        {
            Copy(keptOfSecond, firstCount);
        }

        return new TokenizedText(ids, offsets, second is null ? ids.Length : secondStart, buffer.Count + specials);

        void Copy(Kept kept, int origin)
        {
            CopyStretch(origin + kept.HeadStart, kept.HeadLength);
            CopyStretch(origin + kept.TailStart, kept.TailLength);
            if (addSpecialTokens)
            {
                ids[next++] = SepId;
            }
        }

        void CopyStretch(int start, int length)
        {
            buffer.Ids.Slice(start, length).CopyTo(ids.AsSpan(next));
            if (offsets.Length > 0)
            {
                buffer.Offsets.Slice(start, length).CopyTo(offsets.AsSpan(next));
            }

            next += length;
        }
    }

    /// <summary>How many special tokens stand around one text or two.</summary>
    internal static int SpecialTokens(bool hasPair) => hasPair ? 3 : 2;

    /// <summary>An empty second text is none, as in transformers: no third special token for it.</summary>
    internal static string? NullIfEmpty(string? pair) => string.IsNullOrEmpty(pair) ? null : pair;

    private static int Room(EncodingOptions options, bool hasPair)
    {
        if (options.MaxLength is not { } maxLength)
        {
            return int.MaxValue;
        }

        var specials = options.AddSpecialTokens ? SpecialTokens(hasPair) : 0;
        return maxLength >= specials
            ? maxLength - specials
            : throw new ArgumentException($"the max length is {maxLength}, but the special tokens alone are {specials}.", nameof(options));
    }
}
