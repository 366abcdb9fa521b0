using System.Text.Json;

namespace Inkstone.Text.Tokenizing;

/// <summary>What a tokenizer file says.</summary>
internal sealed record TokenizerContents(Vocabulary Vocabulary, WordPieceOptions Options, IReadOnlyList<AddedToken> AddedTokens);

/// <summary>Reads <c>tokenizer.json</c>, the format of Hugging Face's "tokenizers", as far as BERT uses it; all else is refused.</summary>
internal static class TokenizerJson
{
    private const string Expected = "expected a BERT tokenizer: model WordPiece, normalizer BertNormalizer, pre-tokenizer BertPreTokenizer, [CLS] and [SEP] around the text";

    internal static TokenizerContents Read(string path)
    {
        using var document = TokenizerFolder.ReadObject(path)!;
        var root = document.RootElement;
        var model = Section(root, "model");
        Require(path, "model", TypeOf(model) ?? (Has(model, "merges") ? "BPE" : Has(model, "max_input_chars_per_word") ? "WordPiece" : null), "WordPiece");
        var normalizer = Section(root, "normalizer");
        Require(path, "normalizer", TypeOf(normalizer), "BertNormalizer");
        Require(path, "pre_tokenizer", TypeOf(Section(root, "pre_tokenizer")), "BertPreTokenizer");
        if (Text(model, "continuing_subword_prefix") is { } prefix && prefix != "##")
        {
            throw new InvalidDataException($"{path}: continuing_subword_prefix is \"{prefix}\"; {Expected}, and ## before pieces inside a word.");
        }

        if (Bool(normalizer, "clean_text") == false)
        {
            throw new InvalidDataException($"{path}: normalizer.clean_text is false; {Expected}, and clean_text true.");
        }

        var options = new WordPieceOptions
        {
            DoLowerCase = Bool(normalizer, "lowercase") ?? true,
            TokenizeChineseChars = Bool(normalizer, "handle_chinese_chars") ?? true,
            StripAccents = Bool(normalizer, "strip_accents"),
            UnkToken = Text(model, "unk_token") ?? "[UNK]",
            MaxInputCharsPerWord = model.TryGetProperty("max_input_chars_per_word", out var most) && most.TryGetInt32(out var value) ? value : 100,
        };
        return new TokenizerContents(ReadVocabulary(path, model), WithTemplate(path, root, options), ReadAddedTokens(root));
    }

    internal static AddedToken? ReadAddedToken(JsonElement entry, int id) => Text(entry, "content") is not { Length: > 0 } content
        ? null
        : new AddedToken(content, id, Bool(entry, "special") ?? false)
        {
            SingleWord = Bool(entry, "single_word") ?? false,
            Lstrip = Bool(entry, "lstrip") ?? false,
            Rstrip = Bool(entry, "rstrip") ?? false,
            Normalized = Bool(entry, "normalized") ?? false,
        };

    private static Vocabulary ReadVocabulary(string path, JsonElement model)
    {
        if (!model.TryGetProperty("vocab", out var entries) || entries.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path}: model.vocab is missing; {Expected}.");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries.EnumerateObject())
        {
            ids[entry.Name] = entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var id)
                ? id
                : throw new InvalidDataException($"{path}: the id of token \"{entry.Name}\" is {entry.Value.GetRawText()}; an id is a whole number.");
        }

        try
        {
            return Vocabulary.FromIds(ids);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static List<AddedToken> ReadAddedTokens(JsonElement root)
    {
        var tokens = new List<AddedToken>();
        if (root.TryGetProperty("added_tokens", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.TryGetProperty("id", out var id) && id.TryGetInt32(out var number) && ReadAddedToken(entry, number) is { } token)
                {
                    tokens.Add(token);
                }
            }
        }

        return tokens;
    }

    /// <summary>Takes the tokens around a text from the post-processor, which must put one in front and one behind.</summary>
    private static WordPieceOptions WithTemplate(string path, JsonElement root, WordPieceOptions options)
    {
        var processor = Section(root, "post_processor");
        switch (TypeOf(processor))
        {
            case null:
                return options;
            case "BertProcessing" when Has(processor, "cls") && Has(processor, "sep"):
                return options with { ClsToken = processor.GetProperty("cls")[0].GetString()!, SepToken = processor.GetProperty("sep")[0].GetString()! };
            case "TemplateProcessing" when processor.TryGetProperty("single", out var single) && single.ValueKind == JsonValueKind.Array:
                var parts = single.EnumerateArray().ToList();
                if (parts.Count == 3 && Special(parts[0]) is { } cls && Has(parts[1], "Sequence") && Special(parts[2]) is { } sep)
                {
                    return options with { ClsToken = cls, SepToken = sep };
                }

                throw new InvalidDataException($"{path}: post_processor.single is {single.GetRawText().ReplaceLineEndings(" ")}; {Expected}.");
            case { } other:
                throw new InvalidDataException($"{path}: post_processor is {other}; {Expected}.");
        }

        static string? Special(JsonElement part) => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("SpecialToken", out var token) ? Text(token, "id") : null;
    }

    private static void Require(string path, string section, string? found, string expected)
    {
        if (found != expected)
        {
            throw new InvalidDataException($"{path}: {section} is {found ?? "missing"}; {Expected}. Use a checkpoint of the BERT family, or delete this file where a vocab.txt stands beside it.");
        }
    }

    private static JsonElement Section(JsonElement root, string name) => root.TryGetProperty(name, out var section) ? section : default;

    private static string? TypeOf(JsonElement section) => Text(section, "type");

    private static bool Has(JsonElement section, string name) => section.ValueKind == JsonValueKind.Object && section.TryGetProperty(name, out _);

    private static string? Text(JsonElement section, string name) =>
        Has(section, name) && section.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool? Bool(JsonElement section, string name) => Has(section, name)
        ? section.GetProperty(name).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;
}
