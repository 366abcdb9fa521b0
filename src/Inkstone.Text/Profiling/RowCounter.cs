using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Profiling;

/// <summary>What one row comes to.</summary>
/// <param name="Hash">Stands for its text in the form in which texts are compared.</param>
/// <param name="Characters">Code points.</param>
/// <param name="Tokens">Tokens with the special ones.</param>
/// <param name="IsEmpty">Whether it holds nothing but white space.</param>
internal readonly record struct RowCount(ulong Hash, int Characters, int Tokens, bool IsEmpty);

/// <summary>What a batch of rows comes to.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Counts">One a row.</param>
/// <param name="Windows">The 20-character windows of all rows; empty unless asked for.</param>
/// <param name="TextTokens">Tokens without special ones.</param>
/// <param name="UnknownTokens">How many of them are unknown.</param>
/// <param name="UnknownCharacters">The characters behind them.</param>
/// <param name="Marks">Rows that have each of <see cref="TextMarks.Names"/>.</param>
internal sealed record BatchCounts(
    IReadOnlyList<Row> Rows, RowCount[] Counts, ulong[] Windows, long TextTokens, long UnknownTokens, Dictionary<int, long> UnknownCharacters, long[] Marks);

/// <summary>Counts rows, a batch at a time. Not safe for use by two threads at a time.</summary>
internal sealed class RowCounter(WordPieceTokenizer tokenizer)
{
    private readonly ComparableRow comparable = new();
    private readonly TokenBuffer tokens = new();
    private readonly UnknownCharacters unknownCharacters = new(tokenizer);

    public BatchCounts Count(IReadOnlyList<Row> rows, bool withWindows)
    {
        var counts = new RowCount[rows.Count];
        var unknown = new Dictionary<int, long>();
        var marks = new long[TextMarks.Names.Count];
        var (textTokens, unknownTokens) = (0L, 0L);
        comparable.Windows.Clear();
        for (var i = 0; i < rows.Count; i++)
        {
            var (text, pair) = (rows[i].Text, WordPieceTokenizer.NullIfEmpty(rows[i].TextPair));
            var hash = comparable.Read(rows[i], withWindows, out var isEmpty);
            tokens.Clear();
            tokenizer.Append(text, tokens);
            if (pair is not null)
            {
                tokenizer.Append(pair, tokens);
            }

            counts[i] = new(hash, CodePoints(text) + CodePoints(pair), tokens.Count + WordPieceTokenizer.SpecialTokens(pair is not null), isEmpty);
            foreach (var mark in TextMarks.In(text, pair))
            {
                marks[mark]++;
            }

            textTokens += tokens.Count;
            if (tokens.Ids.Count(tokenizer.UnkId) is > 0 and var found)
            {
                unknownTokens += found;
                unknownCharacters.AddTo(unknown, text);
                if (pair is not null)
                {
                    unknownCharacters.AddTo(unknown, pair);
                }
            }
        }

        return new(rows, counts, comparable.Windows.Hashes.ToArray(), textTokens, unknownTokens, unknown, marks);
    }

    private static int CodePoints(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        var count = text.Length;
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); i >= 0 && i < text.Length - 1; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                count--;
                i++;
            }
        }

        return count;
    }
}
