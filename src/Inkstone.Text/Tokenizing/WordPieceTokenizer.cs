using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <summary>
/// BERT's tokenizer: text to WordPiece ids and back, id for id what Hugging Face's <c>BertTokenizerFast</c> gives. Immutable,
/// safe to use from many threads.
/// </summary>
/// <remarks>Devlin et al. 2019, section 4.1 (arXiv:1810.04805); WordPiece: Schuster and Nakajima 2012.</remarks>
public sealed partial class WordPieceTokenizer
{
    private readonly Scanner scanner;
    private readonly HashSet<int> specialIds;
    private readonly TokenTrie trie;

    /// <summary>Makes a tokenizer of a vocabulary and settings.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="addedTokens">Tokens to find in text besides the special ones of the options; null for none.</param>
    /// <exception cref="InvalidDataException">The vocabulary lacks the unknown, classification, separator or padding token.</exception>
    public WordPieceTokenizer(Vocabulary vocabulary, WordPieceOptions? options = null, IEnumerable<AddedToken>? addedTokens = null)
        : this(vocabulary, options ?? new WordPieceOptions(), addedTokens, trie: null)
    {
    }

    private WordPieceTokenizer(Vocabulary vocabulary, WordPieceOptions options, IEnumerable<AddedToken>? addedTokens, TokenTrie? trie)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        (Vocabulary, Options) = (vocabulary, options);
        UnkId = Require(options.UnkToken, "the unknown token");
        ClsId = Require(options.ClsToken, "the token in front of a text");
        SepId = Require(options.SepToken, "the token behind a text");
        PadId = Require(options.PadToken, "the padding token");
        MaskId = vocabulary.TryGetId(options.MaskToken, out var mask) ? mask : null;
        AddedTokens = WithSpecialTokens(addedTokens ?? []);
        specialIds = [.. AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        this.trie = trie ?? new TokenTrie(vocabulary);
        scanner = CreateScanner();
    }

    /// <summary>Tokens and ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The settings that the ids depend on.</summary>
    public WordPieceOptions Options { get; }

    /// <summary>The tokens that are found in the text itself, special ones included, by id.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>The rows that an embedding table needs: one more than the highest id.</summary>
    public int VocabularySize => Math.Max(Vocabulary.Size, AddedTokens.Max(token => token.Id) + 1);

    /// <summary>The longest input the model was made for, in tokens; null where the folder does not say.</summary>
    public int? ModelMaxLength => Options.ModelMaxLength;

    /// <summary>Id of <c>[UNK]</c>.</summary>
    public int UnkId { get; }

    /// <summary>Id of <c>[CLS]</c>.</summary>
    public int ClsId { get; }

    /// <summary>Id of <c>[SEP]</c>.</summary>
    public int SepId { get; }

    /// <summary>Id of <c>[PAD]</c>.</summary>
    public int PadId { get; }

    /// <summary>Id of <c>[MASK]</c>; null where the vocabulary lacks it.</summary>
    public int? MaskId { get; }

    /// <summary>
    /// Reads a tokenizer from a Hugging Face folder (<c>tokenizer.json</c> or <c>vocab.txt</c>, with
    /// <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> where they stand), or from one of the first two alone.
    /// </summary>
    /// <param name="path">The folder or the file.</param>
    /// <exception cref="FileNotFoundException">There is no such path, or the folder has neither file.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, describes a tokenizer of another kind, or lacks a special token.</exception>
    public static WordPieceTokenizer Load(string path) => TokenizerFolder.Load(path);

    /// <summary>
    /// Writes <c>vocab.txt</c>, <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>, as
    /// transformers reads them. Files that are there are replaced.
    /// </summary>
    /// <param name="folder">Is made where it does not exist.</param>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    public void Save(string folder) => TokenizerWriter.Write(this, folder);

    /// <summary>The same vocabulary under other settings.</summary>
    /// <param name="options">The settings to use.</param>
    /// <exception cref="InvalidDataException">The vocabulary lacks a special token of these settings.</exception>
    public WordPieceTokenizer WithOptions(WordPieceOptions options) =>
        options == Options ? this : new WordPieceTokenizer(Vocabulary, options, AddedTokens, trie);

    /// <summary>The token of an id; null where no token has it.</summary>
    /// <param name="id">Any number.</param>
    public string? IdToToken(int id) => Vocabulary[id] ?? AddedTokens.FirstOrDefault(token => token.Id == id)?.Content;

    /// <summary>The id of a token, <see cref="UnkId"/> where there is no such token.</summary>
    /// <param name="token">The token as the vocabulary spells it, <c>##</c> included.</param>
    public int TokenToId(string token) =>
        Vocabulary.TryGetId(token, out var id) ? id : AddedTokens.FirstOrDefault(added => added.Content == token)?.Id ?? UnkId;

    /// <summary>Whether decoding may skip an id.</summary>
    /// <param name="id">Any number.</param>
    public bool IsSpecial(int id) => specialIds.Contains(id);

    /// <summary>
    /// Appends the tokens of a text, without <c>[CLS]</c> and <c>[SEP]</c>. Allocates nothing once the buffer has grown to the
    /// size of the texts. Any string will do; half a surrogate pair is dropped like a control character.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="buffer">Where the tokens go, behind those that are there; its unit decides what offsets count.</param>
    public void Append(ReadOnlySpan<char> text, TokenBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        scanner.Scan(text, buffer);
    }

    private int Require(string token, string role) =>
        Vocabulary.TryGetId(token, out var id)
            ? id
            : throw new InvalidDataException($"the vocabulary has no {token}, {role}; a BERT vocabulary holds {Options.UnkToken}, {Options.ClsToken}, {Options.SepToken} and {Options.PadToken}.");

    private AddedToken[] WithSpecialTokens(IEnumerable<AddedToken> others)
    {
        var byContent = others.Where(token => token.Content.Length > 0).ToDictionary(token => token.Content, StringComparer.Ordinal);
        foreach (var content in Options.SpecialTokens)
        {
            if (Vocabulary.TryGetId(content, out var id))
            {
                byContent.TryAdd(content, new AddedToken(content, id, Special: true));
            }
        }

        return [.. byContent.Values.OrderBy(token => token.Id)];
    }

    private Scanner CreateScanner()
    {
        var raw = new AddedTokenMatcher(AddedTokens.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        var map = new CharacterMap(Vocabulary, Options, UnkId, raw.Starts);
        var normalized = new AddedTokenMatcher(AddedTokens.Where(token => token.Normalized).Select(token => (Normalize(token.Content, map), token)));
        return new Scanner(map, trie, raw, Options.MaxInputCharsPerWord, UnkId)
        {
            AddedInNormalized = normalized.IsEmpty ? null : normalized,
        };
    }

    private static string Normalize(string content, CharacterMap map)
    {
        var normalized = new NormalizedText(hasOffsets: false);
        StepwiseNormalizer.Normalize(content, 0, countPairs: false, map, normalized);
        return normalized.Characters.ToString();
    }
}
