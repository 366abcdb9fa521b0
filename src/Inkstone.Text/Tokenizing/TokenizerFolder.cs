using System.Text.Json;

namespace Inkstone.Text.Tokenizing;

/// <summary>Reads a tokenizer as Hugging Face folders store it.</summary>
/// <remarks>
/// Where files disagree: <c>tokenizer.json</c> has the vocabulary, and <c>vocab.txt</c> is read only without it; settings that
/// <c>tokenizer_config.json</c> states hold over those in <c>tokenizer.json</c>, as in transformers.
/// </remarks>
internal static class TokenizerFolder
{
    internal const string TokenizerFile = "tokenizer.json", VocabularyFile = "vocab.txt";
    internal const string ConfigFile = "tokenizer_config.json", SpecialTokensFile = "special_tokens_map.json";

    internal static WordPieceTokenizer Load(string path)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? Create(path, TokenizerJson.Read(path), new WordPieceOptions())
                : Create(path, FromVocabulary(path), new WordPieceOptions());
        }

        if (!Directory.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist; expected a model folder, a vocab.txt or a tokenizer.json.", path);
        }

        var (json, vocabulary) = (Path.Combine(path, TokenizerFile), Path.Combine(path, VocabularyFile));
        if (!File.Exists(json) && !File.Exists(vocabulary))
        {
            throw new FileNotFoundException($"{path} holds neither {TokenizerFile} nor {VocabularyFile}; copy one of them from the checkpoint that the weights came from.", vocabulary);
        }

        using var config = ReadObject(Path.Combine(path, ConfigFile));
        using var specials = ReadObject(Path.Combine(path, SpecialTokensFile));
        if (!File.Exists(json))
        {
            return Create(vocabulary, FromVocabulary(vocabulary) with { AddedTokens = AddedTokensOf(config) }, WithConfig(new WordPieceOptions(), config, specials));
        }

        var contents = TokenizerJson.Read(json);
        return Create(json, contents, WithConfig(contents.Options, config, specials));
    }

    /// <summary>Reads a JSON object; null where there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON, or no object.</exception>
    internal static JsonDocument? ReadObject(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path).AsMemory().WithoutByteOrderMark());
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {e.LineNumber + 1}: no valid JSON; the file is damaged or only partly downloaded.", e);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new InvalidDataException($"{path} holds no JSON object; expected {{ … }} as Hugging Face writes it.");
    }

    private static TokenizerContents FromVocabulary(string path) => new(Vocabulary.ReadFile(path), new WordPieceOptions(), []);

    private static WordPieceTokenizer Create(string path, TokenizerContents contents, WordPieceOptions options)
    {
        try
        {
            return new WordPieceTokenizer(contents.Vocabulary, options, contents.AddedTokens);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static WordPieceOptions WithConfig(WordPieceOptions options, JsonDocument? config, JsonDocument? specials)
    {
        if (Property(config, "tokenizer_class") is { ValueKind: JsonValueKind.String } kind && kind.GetString() is { } name && name.Contains("Japanese", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{ConfigFile} names the tokenizer {name}, which splits words with a Japanese dictionary; expected BertTokenizer or another WordPiece tokenizer without one.");
        }

        return options with
        {
            DoLowerCase = Bool("do_lower_case") ?? options.DoLowerCase,
            TokenizeChineseChars = Bool("tokenize_chinese_chars") ?? options.TokenizeChineseChars,
            StripAccents = Property(config, "strip_accents") is null ? options.StripAccents : Bool("strip_accents"),
            UnkToken = Token("unk_token") ?? options.UnkToken,
            ClsToken = Token("cls_token") ?? options.ClsToken,
            SepToken = Token("sep_token") ?? options.SepToken,
            PadToken = Token("pad_token") ?? options.PadToken,
            MaskToken = Token("mask_token") ?? options.MaskToken,
            ModelMaxLength = MaxLength(),
        };

        bool? Bool(string key) => Property(config, key) switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { } other => throw new InvalidDataException($"{ConfigFile}: {key} is {other.GetRawText()}, but must be true, false or null."),
        };

        string? Token(string key) => Content(Property(config, key)) ?? Content(Property(specials, key));

        // Without a limit transformers writes 1e30.
        int? MaxLength() => Property(config, "model_max_length") is { ValueKind: JsonValueKind.Number } number && number.GetDouble() is >= 1 and <= int.MaxValue
            ? (int)number.GetDouble()
            : null;
    }

    private static List<AddedToken> AddedTokensOf(JsonDocument? config)
    {
        var tokens = new List<AddedToken>();
        if (Property(config, "added_tokens_decoder") is { ValueKind: JsonValueKind.Object } decoder)
        {
            foreach (var entry in decoder.EnumerateObject())
            {
                if (int.TryParse(entry.Name, out var id) && TokenizerJson.ReadAddedToken(entry.Value, id) is { } token)
                {
                    tokens.Add(token);
                }
            }
        }

        return tokens;
    }

    private static JsonElement? Property(JsonDocument? document, string key) =>
        document?.RootElement.TryGetProperty(key, out var value) == true ? value : null;

    /// <summary>A token is written as its text, or as an object with its text and flags.</summary>
    private static string? Content(JsonElement? token) => token switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } entry when entry.TryGetProperty("content", out var content) => content.GetString(),
        _ => null,
    };

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(this Memory<byte> bytes) =>
        bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
}
