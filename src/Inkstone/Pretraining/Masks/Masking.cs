using System.Buffers;
using Inkstone.Batching;
using Inkstone.Pretraining.Corpus;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Masks;

/// <summary>A batch with hidden words.</summary>
/// <param name="Tokens">The pieces side by side, each a document of one chunk, so that attention stays inside.</param>
/// <param name="Rows">The rows to guess, ascending.</param>
/// <param name="Words">The ids that stood there; for the row of a <c>[CLS]</c>, its text's label.</param>
public sealed record MaskedBatch(PackedTokens Tokens, long[] Rows, long[] Words);

/// <summary>
/// Hides words: a text's tokens are cut into units (tokens, n-grams or words), and units are drawn until the rate is reached, so that spans never
/// overlap and every batch comes to the rate. Special tokens, <c>[UNK]</c> among them, are neither hidden nor guessed. Immutable, safe to use
/// from many threads.
/// </summary>
public sealed class Masking
{
    private const long DrawsOfMasks = 0x6D61736B73;

    private readonly MaskingOptions options;
    private readonly bool[] mayBeHidden;   // of each id
    private readonly int[] words;          // ids that may stand where a word was
    private readonly int maskId;

    /// <summary>Binds settings to a vocabulary.</summary>
    /// <param name="options">What is hidden.</param>
    /// <param name="tokenizer">Made the tokens.</param>
    /// <exception cref="ArgumentException">A setting cannot be, or the vocabulary has no mask token.</exception>
    public Masking(MaskingOptions options, WordPieceTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        this.options = options;
        maskId = tokenizer.MaskId ?? throw new ArgumentException($"the vocabulary has no {tokenizer.Options.MaskToken}, so nothing can be hidden behind it.", nameof(tokenizer));
        mayBeHidden = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => !tokenizer.IsSpecial(id))];
        words = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => mayBeHidden[id] && IsWord(tokenizer.IdToToken(id)))];
    }

    /// <summary>Reads a batch and hides some of it: a function of the batch, its epoch included, and of the seed.</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="seed">The run's; one and the same for held-out texts.</param>
    /// <exception cref="InvalidOperationException">Whole words are to be hidden, but the corpus was read without their marks.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="InvalidDataException">The corpus's file is damaged.</exception>
    public MaskedBatch Mask(TextBatch batch, long seed)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (options.Unit == MaskingUnit.WholeWord && !batch.HasWordMarks)
        {
            throw new InvalidOperationException("whole words can be hidden only in a corpus that was read with their marks (PretrainingCorpusOptions.WordMarks).");
        }

        var random = new SeededRandom(seed ^ DrawsOfMasks, ((long)batch.Epoch << 32) | (uint)batch.Number);
        var (ids, beginsWord) = (ArrayPool<int>.Shared.Rent(batch.TokenCount), ArrayPool<bool>.Shared.Rent(batch.TokenCount));
        try
        {
            var tokens = ids.AsSpan(0, batch.TokenCount);
            var marks = beginsWord.AsSpan(0, batch.TokenCount);
            batch.Read(tokens, marks);
            var lengths = batch.Lengths();
            var labels = options.FirstToken == FirstToken.Label ? TakeLabels(batch, ref tokens, ref marks, lengths) : [];
            var alwaysHidden = options.FirstToken == FirstToken.Hide ? FirstRows(batch, lengths) : [];
            var (rows, hidden) = Hide(tokens, marks, alwaysHidden, random);
            long[] guessedRows = [.. labels.Select(label => label.Row), .. rows];
            long[] guessedWords = [.. labels.Select(label => label.Word), .. hidden];
            Array.Sort(guessedRows, guessedWords);
            return new(new PackedTokens(tokens, lengths), guessedRows, guessedWords);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<bool>.Shared.Return(beginsWord);
        }
    }

    /// <summary>The rows of the tokens that texts begin with; those of a text's later parts are not among them.</summary>
    private static HashSet<int> FirstRows(TextBatch batch, int[] lengths)
    {
        var rows = new HashSet<int>(lengths.Length);
        for (var (piece, row) = (0, 0); piece < lengths.Length; row += lengths[piece++])
        {
            if (batch.BeginsText(piece))
            {
                rows.Add(row + 1);   // behind [CLS]
            }
        }

        return rows;
    }

    /// <summary>Takes off the token that each text begins with, unless it is special, and moves up what follows; pieces are never so short that nothing does.</summary>
    /// <returns>The rows of <c>[CLS]</c>, ascending, and what was taken off behind them.</returns>
    private List<(long Row, long Word)> TakeLabels(TextBatch batch, ref Span<int> ids, ref Span<bool> beginsWord, int[] lengths)
    {
        var labels = new List<(long, long)>(lengths.Length);
        var (from, to) = (0, 0);
        for (var piece = 0; piece < lengths.Length; piece++)
        {
            var (begin, end) = (from, from + lengths[piece]);
            if (batch.BeginsText(piece) && mayBeHidden[ids[begin + 1]])
            {
                labels.Add((to, ids[begin + 1]));
                lengths[piece]--;
                ids[begin + 1] = ids[begin];   // [CLS] moves up, too
                begin++;
            }

            ids[begin..end].CopyTo(ids[to..]);
            beginsWord[begin..end].CopyTo(beginsWord[to..]);
            (from, to) = (end, to + end - begin);
        }

        ids = ids[..to];
        beginsWord = beginsWord[..to];
        return labels;
    }

    /// <summary>Hides some tokens where they stand.</summary>
    /// <param name="ids">All of the batch.</param>
    /// <param name="beginsWord">Marks of words.</param>
    /// <param name="always">Rows that are hidden whatever is drawn.</param>
    /// <param name="random">Draws the others.</param>
    private (long[] Rows, long[] Words) Hide(Span<int> ids, Span<bool> beginsWord, HashSet<int> always, SeededRandom random)
    {
        var units = ArrayPool<(int Start, int Length)>.Shared.Rent(ids.Length);
        try
        {
            var (count, tokens) = Units(ids, beginsWord, units, random);
            var first = always.Count > 0 ? BringToFront(units.AsSpan(0, count), always) : (Units: 0, Tokens: 0);
            var chosen = first.Units + Choose(units.AsSpan(first.Units, count - first.Units), (options.Rate * tokens) - first.Tokens, random);
            var isHidden = beginsWord;   // has served
            isHidden.Clear();
            var hidden = 0;
            foreach (var (start, length) in units.AsSpan(0, chosen))
            {
                isHidden.Slice(start, length).Fill(true);
                hidden += length;
            }

            var (rows, stood) = (new long[hidden], new long[hidden]);
            for (var (row, next) = (0, 0); next < hidden; row++)
            {
                if (isHidden[row])
                {
                    (rows[next], stood[next]) = (row, ids[row]);
                    ids[row] = Replacement(ids[row], random);
                    next++;
                }
            }

            return (rows, stood);
        }
        finally
        {
            ArrayPool<(int, int)>.Shared.Return(units);
        }
    }

    /// <summary>Cuts what may be hidden into units.</summary>
    private (int Units, int Tokens) Units(ReadOnlySpan<int> ids, ReadOnlySpan<bool> beginsWord, Span<(int Start, int Length)> units, SeededRandom random)
    {
        var (count, tokens) = (0, 0);
        for (var start = 0; start < ids.Length;)
        {
            if (!mayBeHidden[ids[start]])
            {
                start++;
                continue;
            }

            var most = options.Unit switch
            {
                MaskingUnit.Token => 1,
                MaskingUnit.Ngram => 1 + random.Next(options.LongestNgram),
                _ => int.MaxValue,
            };
            var end = start + 1;
            while (end < ids.Length && end - start < most && mayBeHidden[ids[end]] && !(options.Unit == MaskingUnit.WholeWord && beginsWord[end]))
            {
                end++;
            }

            units[count++] = (start, end - start);
            tokens += end - start;
            start = end;
        }

        return (count, tokens);
    }

    /// <summary>Brings to the front the units that begin at some rows.</summary>
    private static (int Units, int Tokens) BringToFront(Span<(int Start, int Length)> units, HashSet<int> rows)
    {
        var (count, tokens) = (0, 0);
        for (var i = 0; i < units.Length; i++)
        {
            if (rows.Contains(units[i].Start))
            {
                (units[count], units[i]) = (units[i], units[count]);
                tokens += units[count++].Length;
            }
        }

        return (count, tokens);
    }

    /// <summary>
    /// Brings units to the front, in random order, until they have as many tokens as are wanted; the one that would be too much comes with the
    /// chance that makes the mean right. One is always chosen, as a batch without a word to guess has no loss.
    /// </summary>
    private static int Choose(Span<(int Start, int Length)> units, double wanted, SeededRandom random)
    {
        var chosen = 0;
        for (; chosen < units.Length && wanted > 0; chosen++)
        {
            var drawn = chosen + random.Next(units.Length - chosen);
            (units[chosen], units[drawn]) = (units[drawn], units[chosen]);
            var length = units[chosen].Length;
            if (length > wanted && chosen > 0 && random.NextDouble() * length >= wanted)
            {
                break;
            }

            wanted -= length;
        }

        return chosen;
    }

    private int Replacement(int id, SeededRandom random) => !options.Replace ? maskId : random.NextDouble() switch
    {
        < 0.8 => maskId,
        < 0.9 => words.Length == 0 ? id : words[random.Next(words.Length)],
        _ => id,
    };

    private static bool IsWord(string? token) => token is { Length: > 0 } && !token.StartsWith("[unused", StringComparison.Ordinal);
}
