using System.Text;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Profiling;

/// <summary>Finds the characters behind <c>[UNK]</c>. Not safe for use by two threads at a time.</summary>
/// <remarks>
/// A token covers a word, such as three emoji in a row or a word of 200 letters. Of its characters those count that are unknown
/// on their own; a word that is only too long has none.
/// </remarks>
internal sealed class UnknownCharacters(WordPieceTokenizer tokenizer)
{
    private readonly TokenBuffer spans = new(OffsetUnit.Utf16);
    private readonly TokenBuffer alone = new();
    private readonly Dictionary<Rune, bool> isUnknown = [];

    /// <summary>Adds the unknown characters of a text.</summary>
    public void AddTo(Dictionary<int, long> counts, string text)
    {
        spans.Clear();
        tokenizer.Append(text, spans);
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans.Ids[i] == tokenizer.UnkId)
            {
                var span = spans.Offsets[i];
                foreach (var character in text.AsSpan(span.Start, span.Length).EnumerateRunes())
                {
                    if (IsUnknown(character))
                    {
                        counts[character.Value] = counts.GetValueOrDefault(character.Value) + 1;
                    }
                }
            }
        }
    }

    private bool IsUnknown(Rune character)
    {
        if (!isUnknown.TryGetValue(character, out var unknown))
        {
            Span<char> units = stackalloc char[2];
            alone.Clear();
            tokenizer.Append(units[..character.EncodeToUtf16(units)], alone);
            unknown = alone.Ids.Contains(tokenizer.UnkId);
            isUnknown.Add(character, unknown);
        }

        return unknown;
    }
}
