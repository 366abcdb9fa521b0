using System.Runtime.InteropServices;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Vocabularies;

/// <summary>How often characters that stand alone, and words of the others, come in texts. Serves one thread at a time.</summary>
internal sealed class CharacterCounts
{
    private const int ManyWords = 500_000;

    private readonly BasicTokenizer tokenizer;
    private readonly int longestWord;

    public CharacterCounts(WordPieceOptions options)
    {
        tokenizer = new(options);
        longestWord = options.MaxInputCharsPerWord;
    }

    /// <summary>Ideographs, punctuation marks and the like.</summary>
    public Dictionary<string, long> Single { get; } = new(StringComparer.Ordinal);

    /// <summary>Words of letters and digits.</summary>
    public Dictionary<string, long> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>The characters, as a vocabulary spells them, of words that were too rare to keep.</summary>
    public Dictionary<string, long> Forgotten { get; } = new(StringComparer.Ordinal);

    public long Texts { get; private set; }

    public long Characters { get; private set; }

    /// <summary>Characters of words that are longer than a word may be.</summary>
    public long InEndlessWords { get; private set; }

    /// <summary>Counts a text.</summary>
    public void Add(string text)
    {
        Texts++;
        var single = Single.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        tokenizer.Split(text, (word, standsAlone) =>
        {
            var length = standsAlone ? 1 : LengthOf(word);
            Characters += length;
            if (length > longestWord)
            {
                InEndlessWords += length;
                return;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(standsAlone ? single : words, word, out _)++;
        });
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(CharacterCounts other)
    {
        Texts += other.Texts;
        Characters += other.Characters;
        InEndlessWords += other.InEndlessWords;
        Add(other.Single, Single);
        Add(other.Words, Words);
        Add(other.Forgotten, Forgotten);
    }

    /// <summary>Forgets the rarest words where there are too many to hold.</summary>
    /// <param name="most">How many words are not too many.</param>
    public void ForgetRareWords(int most = ManyWords)
    {
        if (Words.Count <= most)
        {
            return;
        }

        var rarest = Words.Values.Order().ElementAt(Words.Count - (most / 2) - 1);
        foreach (var (word, count) in Words.Where(word => word.Value <= rarest).ToList())
        {
            Words.Remove(word);
            foreach (var form in FormsOf(word))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(Forgotten, form, out _) += count;
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Single.Clear();
        Words.Clear();
        Forgotten.Clear();
        (Texts, Characters, InEndlessWords) = (0, 0, 0);
    }

    /// <summary>Characters of a word, surrogate pairs counted once.</summary>
    public static int LengthOf(ReadOnlySpan<char> word)
    {
        var length = word.Length;
        foreach (var character in word)
        {
            length -= char.IsLowSurrogate(character) ? 1 : 0;
        }

        return length;
    }

    /// <summary>What a word is made of, as a vocabulary spells it: <c>a</c>, <c>##b</c>, <c>##c</c>.</summary>
    public static IEnumerable<string> FormsOf(string word) => word.EnumerateRunes().Select((rune, place) => place == 0 ? rune.ToString() : "##" + rune);

    private static void Add(Dictionary<string, long> counts, Dictionary<string, long> target)
    {
        foreach (var (key, count) in counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(target, key, out _) += count;
        }
    }
}
