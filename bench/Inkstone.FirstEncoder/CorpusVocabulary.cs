using System.Text;

namespace Inkstone.FirstEncoder;

/// <summary>Builds a WordPiece vocabulary from a corpus: its common characters, Latin letters and digits as beginnings and continuations, and the commonest Latin words.</summary>
internal static class CorpusVocabulary
{
    private const int LatinWords = 600;

    public static string[] Build(IEnumerable<string> lines, int size)
    {
        var characters = new Dictionary<Rune, long>();
        var words = new Dictionary<string, long>();
        foreach (var line in lines)
        {
            var word = new StringBuilder();
            foreach (var rune in line.ToLowerInvariant().EnumerateRunes())
            {
                if (rune.IsAscii && Rune.IsLetterOrDigit(rune))
                {
                    word.Append(rune);
                    continue;
                }

                Count(words, word);
                if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune) && rune.Value != 0xFFFD)
                {
                    characters[rune] = characters.GetValueOrDefault(rune) + 1;
                }
            }

            Count(words, word);
        }

        var ascii = Enumerable.Range(33, 94).Select(code => ((char)code).ToString()).Where(text => !char.IsAsciiLetterUpper(text[0])).ToArray();
        var alphanumeric = ascii.Where(text => char.IsAsciiLetterOrDigit(text[0])).ToArray();
        var tokens = new List<string> { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" };
        tokens.AddRange(ascii);
        tokens.AddRange(alphanumeric.Select(text => "##" + text));
        tokens.AddRange(Commonest(words, LatinWords));
        tokens.AddRange(Commonest(characters, size).Select(rune => rune.ToString()));
        return [.. tokens.Distinct().Take(size)];
    }

    private static void Count(Dictionary<string, long> words, StringBuilder word)
    {
        if (word.Length is > 1 and < 16)
        {
            words[word.ToString()] = words.GetValueOrDefault(word.ToString()) + 1;
        }

        word.Clear();
    }

    private static IEnumerable<T> Commonest<T>(Dictionary<T, long> counts, int most)
        where T : notnull =>
        counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key.ToString(), StringComparer.Ordinal).Take(most).Select(entry => entry.Key);
}
