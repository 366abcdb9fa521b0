using System.Text;

namespace Inkstone.Text.Tokenizing;

/// <summary>Tokens and their ids. Immutable.</summary>
public sealed class Vocabulary
{
    private readonly string?[] tokens;
    private readonly Dictionary<string, int> ids;

    private Vocabulary(string?[] tokens, Dictionary<string, int> ids) => (this.tokens, this.ids) = (tokens, ids);

    /// <summary>One more than the highest id: the rows that an embedding table needs.</summary>
    public int Size => tokens.Length;

    /// <summary>Every distinct token with its id, in no particular order.</summary>
    internal IReadOnlyCollection<KeyValuePair<string, int>> Entries => ids;

    /// <summary>The token of an id; null where no token has it.</summary>
    /// <param name="id">Any number.</param>
    public string? this[int id] => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    /// <summary>Finds the id of a token.</summary>
    /// <param name="token">The token as the vocabulary spells it, <c>##</c> included.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Whether the vocabulary has it.</returns>
    public bool TryGetId(string token, out int id) => ids.TryGetValue(token, out id);

    /// <summary>A vocabulary whose ids are the tokens' places. Of a token that stands twice the last place counts, as at Hugging Face.</summary>
    /// <param name="tokens">The tokens, first id 0.</param>
    public static Vocabulary FromTokens(IEnumerable<string> tokens)
    {
        var all = tokens.ToArray();
        var ids = new Dictionary<string, int>(all.Length, StringComparer.Ordinal);
        for (var id = 0; id < all.Length; id++)
        {
            ids[all[id]] = id;
        }

        return new Vocabulary(all, ids);
    }

    /// <summary>A vocabulary of tokens with given ids.</summary>
    /// <param name="ids">Token to id; ids need not be dense.</param>
    /// <exception cref="InvalidDataException">An id is negative or far beyond the number of tokens.</exception>
    public static Vocabulary FromIds(IEnumerable<KeyValuePair<string, int>> ids)
    {
        var all = new Dictionary<string, int>(ids, StringComparer.Ordinal);
        var tokens = new string?[HighestId(all) + 1];
        foreach (var (token, id) in all)
        {
            tokens[id] = token;
        }

        return new Vocabulary(tokens, all);
    }

    /// <summary>Reads a <c>vocab.txt</c>: UTF-8, a token a line, the first line id 0. Lines may end in CR LF; an empty line still takes an id.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty or no UTF-8.</exception>
    public static Vocabulary ReadFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{path} is no UTF-8 text; a vocabulary is a UTF-8 file with one token a line.");
        }

        var lines = text.Split('\n');
        var count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        if (count == 0)
        {
            throw new InvalidDataException($"{path} is empty; a vocabulary is a UTF-8 file with one token a line.");
        }

        return FromTokens(lines.Take(count).Select(line => line.EndsWith('\r') ? line[..^1] : line));
    }

    private static int HighestId(Dictionary<string, int> ids)
    {
        // Holes happen where a vocab.txt repeated a token; an id in the billions is a broken file, not a vocabulary.
        var limit = (ids.Count * 4L) + 65_536;
        foreach (var (token, id) in ids)
        {
            if (id < 0 || id > limit)
            {
                throw new InvalidDataException($"token \"{token}\" has the id {id}; {ids.Count} tokens need ids from 0 to about {ids.Count - 1}.");
            }
        }

        return ids.Count == 0 ? -1 : ids.Values.Max();
    }
}
