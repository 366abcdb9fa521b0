using System.Collections.Concurrent;
using System.Globalization;
using Inkstone.Batching;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Vocabularies;

/// <summary>
/// A vocabulary made of texts: their commonest characters, and pieces of words for what is written without a space between characters and stands
/// in letters or digits. The same texts give the same vocabulary, whatever the number of threads.
/// </summary>
public sealed class CorpusVocabulary
{
    private const int WindowCharacters = 1 << 18;
    private const int LeastTimesAscii = 4;   // a vocabulary smaller than this many times ASCII has better use for its room
    private const int ShareOfPieces = 12;    // one token in so many is a piece of several characters, where texts have more characters than there is room for

    private CorpusVocabulary(IReadOnlyList<string> tokens, WordPieceOptions options, VocabularyReport report) => (Tokens, Options, Report) = (tokens, options, report);

    /// <summary>Special tokens, characters, pieces; a token's place is its id.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The settings that the tokens were made with.</summary>
    public WordPieceOptions Options { get; }

    /// <summary>What the vocabulary knows of the texts.</summary>
    public VocabularyReport Report { get; }

    /// <summary>Makes a vocabulary.</summary>
    /// <param name="texts">The texts; enumerated once, never all in memory.</param>
    /// <param name="size">Most tokens, special ones included; fewer come out where the texts do not have so many.</param>
    /// <param name="options">How text is normalized; null for the defaults.</param>
    /// <param name="threads">Threads that count, beside the reading; null for one for each processor.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for a single token beside the special ones.</exception>
    /// <exception cref="InvalidDataException">The texts have no characters.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static CorpusVocabulary Build(IEnumerable<string> texts, int size, WordPieceOptions? options = null, int? threads = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new();
        string[] special = [options.PadToken, options.UnkToken, options.ClsToken, options.SepToken, options.MaskToken];
        if (size <= special.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(size), string.Create(CultureInfo.InvariantCulture, $"a vocabulary needs room for more than its {special.Length} special tokens, but its size is {size}; 8000 is usual for Chinese."));
        }

        var counts = Count(texts, options, threads ?? Environment.ProcessorCount, stop);
        if (counts.Characters == 0)
        {
            throw new InvalidDataException("The texts have no characters, so there is nothing to make a vocabulary of.");
        }

        var tokens = new OrderedTokens(special);
        var ascii = Ascii(options);
        if (size >= LeastTimesAscii * ascii.Count)
        {
            tokens.AddRange(ascii);
        }

        var alphabet = AlphabetOf(counts);
        tokens.AddRange(Commonest(size - tokens.Count - (size / ShareOfPieces)));
        var characters = tokens.Count;
        tokens.AddRange(new WordPieceMerges(counts.Words.Where(word => IsSpelled(word.Key))).Learn(size - tokens.Count));
        var pieces = tokens.Count - characters;
        tokens.AddRange(Commonest(size - tokens.Count));   // what words have left of their room
        var unknown = counts.InEndlessWords + counts.Forgotten.Where(form => !tokens.Contains(form.Key)).Sum(form => form.Value)
            + counts.Single.Where(single => !tokens.Contains(single.Key)).Sum(single => single.Value)
            + counts.Words.Where(word => !IsSpelled(word.Key)).Sum(word => word.Value * CharacterCounts.LengthOf(word.Key));
        return new(tokens.All, options, new(counts.Texts, counts.Characters, unknown, alphabet.Count, alphabet.Keys.Count(tokens.Contains), pieces, tokens.Count));

        IEnumerable<string> Commonest(int most) => alphabet
            .Where(form => !tokens.Contains(form.Key)).OrderByDescending(form => form.Value).ThenBy(form => form.Key, StringComparer.Ordinal).Take(most).Select(form => form.Key);

        bool IsSpelled(string word) => CharacterCounts.FormsOf(word).All(tokens.Contains);
    }

    /// <summary>A tokenizer of this vocabulary.</summary>
    /// <param name="modelMaxLength">The longest input that the model is made for; null leaves it open.</param>
    public WordPieceTokenizer CreateTokenizer(int? modelMaxLength = null) => new(Vocabulary.FromTokens(Tokens), Options with { ModelMaxLength = modelMaxLength });

    private static CharacterCounts Count(IEnumerable<string> texts, WordPieceOptions options, int threads, CancellationToken stop)
    {
        var free = new ConcurrentBag<CharacterCounts>();   // taken in turn: each has large tables
        var all = new CharacterCounts(options);
        foreach (var counted in Prefetch.InOrder(Windows(texts), Count, threads))
        {
            stop.ThrowIfCancellationRequested();
            all.Add(counted);
            free.Add(counted);
            all.ForgetRareWords();
        }

        return all;

        CharacterCounts Count(List<string> window)
        {
            var counts = free.TryTake(out var used) ? used : new CharacterCounts(options);
            counts.Clear();
            foreach (var text in window)
            {
                counts.Add(text);
            }

            return counts;
        }
    }

    private static IEnumerable<List<string>> Windows(IEnumerable<string> texts)
    {
        var window = new List<string>();
        var characters = 0;
        foreach (var text in texts)
        {
            window.Add(text);
            characters += text.Length + 1;
            if (characters >= WindowCharacters)
            {
                yield return window;
                window = [];
                characters = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return window;
        }
    }

    /// <summary>Every character as a vocabulary spells it, and how often it comes.</summary>
    private static Dictionary<string, long> AlphabetOf(CharacterCounts counts)
    {
        var alphabet = new Dictionary<string, long>(counts.Single, StringComparer.Ordinal);
        foreach (var (form, count) in counts.Words.SelectMany(word => CharacterCounts.FormsOf(word.Key).Select(form => (form, word.Value))).Concat(counts.Forgotten.Select(form => (form.Key, form.Value))))
        {
            alphabet[form] = alphabet.GetValueOrDefault(form) + count;
        }

        return alphabet;
    }

    /// <summary>What a keyboard has: punctuation marks, letters and digits, the latter two at the beginning of words and inside them.</summary>
    private static List<string> Ascii(WordPieceOptions options)
    {
        var printed = Enumerable.Range(33, 94).Select(code => (char)code).Where(character => !(options.DoLowerCase && char.IsAsciiLetterUpper(character))).ToList();
        return [.. printed.Select(character => character.ToString()), .. printed.Where(char.IsAsciiLetterOrDigit).Select(character => "##" + character)];
    }

    private sealed class OrderedTokens(IEnumerable<string> first)
    {
        private readonly HashSet<string> known = new(first, StringComparer.Ordinal);
        private readonly List<string> all = [.. first];

        public int Count => all.Count;

        public IReadOnlyList<string> All => all;

        public bool Contains(string token) => known.Contains(token);

        public void AddRange(IEnumerable<string> tokens)
        {
            foreach (var token in tokens.ToList())
            {
                if (known.Add(token))
                {
                    all.Add(token);
                }
            }
        }
    }
}
