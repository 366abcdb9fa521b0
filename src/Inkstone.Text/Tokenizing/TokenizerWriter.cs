using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Text.Tokenizing;

/// <summary>Writes a tokenizer as transformers 4 and 5 read it: four files, the same settings in each that has them.</summary>
internal static class TokenizerWriter
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static void Write(WordPieceTokenizer tokenizer, string folder)
    {
        Directory.CreateDirectory(folder);
        var lines = new StringBuilder();
        for (var id = 0; id < tokenizer.Vocabulary.Size; id++)
        {
            lines.Append(tokenizer.Vocabulary[id]).Append('\n'); // an id without a token keeps its line, so that the next ids stay
        }

        File.WriteAllText(Path.Combine(folder, TokenizerFolder.VocabularyFile), lines.ToString());
        WriteJson(folder, TokenizerFolder.TokenizerFile, json => WriteTokenizer(json, tokenizer));
        WriteJson(folder, TokenizerFolder.ConfigFile, json => WriteConfig(json, tokenizer));
        WriteJson(folder, TokenizerFolder.SpecialTokensFile, json => WriteSpecialTokens(json, tokenizer));
    }

    private static void WriteJson(string folder, string name, Action<Utf8JsonWriter> write)
    {
        using var file = File.Create(Path.Combine(folder, name));
        using (var json = new Utf8JsonWriter(file, Readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        file.Write("\n"u8);
    }

    private static void WriteTokenizer(Utf8JsonWriter json, WordPieceTokenizer tokenizer)
    {
        var options = tokenizer.Options;
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var token in tokenizer.AddedTokens)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            WriteAddedToken(json, token);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("normalizer");
        json.WriteString("type", "BertNormalizer");
        json.WriteBoolean("clean_text", true);
        json.WriteBoolean("handle_chinese_chars", options.TokenizeChineseChars);
        WriteOptional(json, "strip_accents", options.StripAccents);
        json.WriteBoolean("lowercase", options.DoLowerCase);
        json.WriteEndObject();
        WriteTyped(json, "pre_tokenizer", "BertPreTokenizer");
        json.WriteEndObject();
        WriteTemplate(json, tokenizer);
        WriteTyped(json, "decoder", "WordPiece");
        json.WriteString("prefix", "##");
        json.WriteBoolean("cleanup", true);
        json.WriteEndObject();
        WriteTyped(json, "model", "WordPiece");
        json.WriteString("unk_token", options.UnkToken);
        json.WriteString("continuing_subword_prefix", "##");
        json.WriteNumber("max_input_chars_per_word", options.MaxInputCharsPerWord);
        json.WriteStartObject("vocab");
        foreach (var (token, id) in tokenizer.Vocabulary.Entries.OrderBy(entry => entry.Value))
        {
            json.WriteNumber(token, id);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary><c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>.</summary>
    private static void WriteTemplate(Utf8JsonWriter json, WordPieceTokenizer tokenizer)
    {
        var (cls, sep) = (tokenizer.Options.ClsToken, tokenizer.Options.SepToken);
        WriteTyped(json, "post_processor", "TemplateProcessing");
        json.WriteStartArray("single");
        WritePart("SpecialToken", cls, 0);
        WritePart("Sequence", "A", 0);
        WritePart("SpecialToken", sep, 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        WritePart("SpecialToken", cls, 0);
        WritePart("Sequence", "A", 0);
        WritePart("SpecialToken", sep, 0);
        WritePart("Sequence", "B", 1);
        WritePart("SpecialToken", sep, 1);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        WriteIds(cls, tokenizer.ClsId);
        WriteIds(sep, tokenizer.SepId);
        json.WriteEndObject();
        json.WriteEndObject();

        void WritePart(string kind, string id, int typeId)
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", typeId);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        void WriteIds(string token, int id)
        {
            json.WriteStartObject(token);
            json.WriteString("id", token);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteConfig(Utf8JsonWriter json, WordPieceTokenizer tokenizer)
    {
        var options = tokenizer.Options;
        if (tokenizer.AddedTokens.Any(token => !options.SpecialTokens.Contains(token.Content)))
        {
            json.WriteStartObject("added_tokens_decoder");
            foreach (var token in tokenizer.AddedTokens)
            {
                json.WriteStartObject(FormattableString.Invariant($"{token.Id}"));
                WriteAddedToken(json, token);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteBoolean("do_lower_case", options.DoLowerCase);
        if (options.ModelMaxLength is { } most)
        {
            json.WriteNumber("model_max_length", most);
        }

        WriteOptional(json, "strip_accents", options.StripAccents);
        json.WriteBoolean("tokenize_chinese_chars", options.TokenizeChineseChars);
        json.WriteString("tokenizer_class", "BertTokenizer");
        WriteSpecialTokens(json, tokenizer);
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json, WordPieceTokenizer tokenizer)
    {
        var options = tokenizer.Options;
        json.WriteString("cls_token", options.ClsToken);
        if (tokenizer.MaskId is not null)
        {
            json.WriteString("mask_token", options.MaskToken);
        }

        json.WriteString("pad_token", options.PadToken);
        json.WriteString("sep_token", options.SepToken);
        json.WriteString("unk_token", options.UnkToken);
    }

    private static void WriteAddedToken(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", token.SingleWord);
        json.WriteBoolean("lstrip", token.Lstrip);
        json.WriteBoolean("rstrip", token.Rstrip);
        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.Special);
    }

    private static void WriteTyped(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject(name);
        json.WriteString("type", type);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
        {
            json.WriteBoolean(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
