using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <summary>
/// Cuts text into BERT's words, before WordPiece cuts those: cleaned, lower-cased and without accents as the options say, ideographs and
/// punctuation marks each by itself. What a vocabulary is learned from. Serves one thread at a time.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class BasicTokenizer(WordPieceOptions? options = null)
{
    private const char Rare = '\0';

    private readonly CharacterMap map = new(Vocabulary.FromTokens([]), options ?? new(), 0, []);
    private readonly NormalizedText word = new(hasOffsets: false);
    private readonly NormalizedText stretch = new(hasOffsets: false);
    private readonly char[] singles = new char[char.MaxValue + 1];   // filled as they come

    /// <summary>Hands over the words of a text in their order.</summary>
    /// <param name="text">The text; any string will do.</param>
    /// <param name="found">Given each word, and whether its one character stands alone whatever is beside it.</param>
    public void Split(ReadOnlySpan<char> text, Action<ReadOnlySpan<char>, bool> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        word.Clear();
        var wordStart = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var entry = map.Entries[text[i]];
            if (entry < 0 && CharacterEntry.IsWord(entry))
            {
                word.Add((char)entry, default);
                continue;
            }

            var single = entry >= 0 ? Single(text[i]) : Rare;
            var kind = entry >= 0 ? CharacterKind.Word : CharacterEntry.Kind(entry);
            if (kind >= CharacterKind.FirstRare || (entry >= 0 && single == Rare))
            {
                SplitStepwise(text[wordStart..], found);
                return;
            }

            if (kind != CharacterKind.Removed)
            {
                Flush(found);
                wordStart = i + 1;
                if (entry >= 0)
                {
                    found([single], true);
                }
            }
        }

        Flush(found);
    }

    private void Flush(Action<ReadOnlySpan<char>, bool> found)
    {
        if (word.Length > 0)
        {
            found(word.Characters, false);
            word.Clear();
        }
    }

    /// <summary>What becomes of a character that stands alone.</summary>
    private char Single(char character)
    {
        ref var single = ref singles[character];
        if (single == Rare)
        {
            Span<int> parts = stackalloc int[CharacterData.MaxExpansion];
            single = map.Normalize(character, parts) == 1 && parts[0] <= char.MaxValue ? (char)parts[0] : Rare;
        }

        return single;
    }

    /// <summary>The long way, which knows every character.</summary>
    private void SplitStepwise(ReadOnlySpan<char> text, Action<ReadOnlySpan<char>, bool> found)
    {
        StepwiseNormalizer.Normalize(text, 0, countPairs: false, map, stretch);
        var characters = stretch.Characters;
        var start = 0;
        for (var i = 0; i < characters.Length;)
        {
            var isPair = char.IsHighSurrogate(characters[i]);
            var codePoint = isPair ? char.ConvertToUtf32(characters[i], characters[i + 1]) : characters[i];
            var end = i + (isPair ? 2 : 1);
            var standsAlone = CharacterData.IsPunctuation(codePoint) || (map.Options.TokenizeChineseChars && CharacterData.IsIdeograph(codePoint));
            if (standsAlone || codePoint == ' ')
            {
                if (i > start)
                {
                    found(characters[start..i], false);
                }

                if (standsAlone)
                {
                    found(characters[i..end], true);
                }

                start = end;
            }

            i = end;
        }

        if (start < characters.Length)
        {
            found(characters[start..], false);
        }
    }
}
