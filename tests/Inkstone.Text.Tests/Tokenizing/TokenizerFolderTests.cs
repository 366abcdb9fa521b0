using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Tests;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Tokenizing;

public sealed class TokenizerFolderTests : IDisposable
{
    private const string Small = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n好\nok\n##ay\n";

    private readonly string folder = Directory.CreateTempSubdirectory("inkstone-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("这个电影太好看了！", new[] { 11, 747, 708, 700, 743, 729, 710, 721, 724, 88, 12 })]
    [InlineData("naïve café résumé Ünïcödé", new[] { 11, 65, 751, 759, 772, 755, 54, 751, 756, 755, 69, 755, 769, 771, 763, 755, 72, 764, 759, 753, 765, 754, 755, 12 })]
    [InlineData("[CLS]不要[SEP]特殊[MASK]符号[PAD][UNK]", new[] { 11, 11, 562, 740, 12, 731, 728, 13, 706, 711, 0, 10, 12 })]
    public void Load_TheReferencesFolder_GivesItsIds(string text, int[] ids)
    {
        var tokenizer = WordPieceTokenizer.Load(Repo.Golden("models", "bert"));

        tokenizer.Encode(text, options: new EncodingOptions { MaxLength = 64 }).InputIds.ShouldBe(ids);
        (tokenizer.ModelMaxLength, tokenizer.VocabularySize).ShouldBe((512, 812));
    }

    [Fact]
    public void Save_ThenLoad_GivesTheSameIds()
    {
        var options = new WordPieceOptions { DoLowerCase = false, StripAccents = true, TokenizeChineseChars = false, ModelMaxLength = 256 };
        var added = new AddedToken("[新]", 7589, Special: false) { Lstrip = true };
        var original = new WordPieceTokenizer(GoldenTokenizer.Default.Vocabulary, options, [added]);

        original.Save(folder);
        var both = WordPieceTokenizer.Load(folder);
        File.Delete(Path.Combine(folder, "tokenizer.json"));
        var vocabularyOnly = WordPieceTokenizer.Load(folder);

        foreach (var loaded in new[] { both, vocabularyOnly })
        {
            loaded.Options.ShouldBe(options);
            loaded.AddedTokens.ShouldBe(original.AddedTokens);
            foreach (var row in GoldenTokenizer.Rows("encode").Take(300))
            {
                loaded.Encode(row.Text() + " [新]").InputIds.ShouldBe(original.Encode(row.Text() + " [新]").InputIds);
            }
        }
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    public void Save_TheReferencesTokenizer_WritesWhatTransformersWrote(string file)
    {
        WordPieceTokenizer.Load(Repo.Golden("models", "bert")).Save(folder);

        var ours = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsObject();
        var theirs = JsonNode.Parse(File.ReadAllText(Repo.Golden("models", "bert", file)))!.AsObject();
        theirs.Remove("backend"); // names the Python class that wrote it

        JsonNode.DeepEquals(ours, theirs).ShouldBeTrue(ours.ToJsonString());
    }

    [Fact]
    public void Save_Twice_WritesTheSameBytes()
    {
        GoldenTokenizer.Default.Save(folder);
        var first = Directory.GetFiles(folder).Order().Select(File.ReadAllBytes).ToList();

        WordPieceTokenizer.Load(folder).Save(folder);

        Directory.GetFiles(folder).Order().Select(File.ReadAllBytes).ShouldBe(first);
        first[3].ShouldBe(File.ReadAllBytes(Repo.Golden("vocab.txt")));
    }

    [Fact]
    public void Load_CarriageReturnsAndByteOrderMark_AreNoPartOfTokens()
    {
        Write("vocab.txt", "\uFEFF" + Small.Replace("\n", "\r\n", StringComparison.Ordinal));

        Tokens(WordPieceTokenizer.Load(folder), "好 okay").ShouldBe(["[CLS]", "好", "ok", "##ay", "[SEP]"]);
    }

    [Fact]
    public void Load_RepeatedAndEmptyLines_TakeIdsAndTheLastRepetitionCounts()
    {
        Write("vocab.txt", Small + "\n好\n中");

        var tokenizer = WordPieceTokenizer.Load(folder);

        (tokenizer.TokenToId("好"), tokenizer.TokenToId("中"), tokenizer.VocabularySize).ShouldBe((9, 10, 11));
        tokenizer.Save(folder);
        WordPieceTokenizer.Load(folder).Encode("好中").InputIds.ShouldBe([2, 9, 10, 3]);
    }

    [Fact]
    public void Load_BothFiles_TakesTokenizerJson()
    {
        GoldenTokenizer.Default.Save(folder);
        Write("vocab.txt", Small);

        WordPieceTokenizer.Load(folder).VocabularySize.ShouldBe(7589);
        WordPieceTokenizer.Load(Path.Combine(folder, "vocab.txt")).VocabularySize.ShouldBe(8);
    }

    [Fact]
    public void Load_ConfigAgainstTokenizerJson_ConfigHoldsWhereItSpeaks()
    {
        GoldenTokenizer.With(new WordPieceOptions { DoLowerCase = true, TokenizeChineseChars = false }).Save(folder);
        Write("tokenizer_config.json", """{"do_lower_case": false, "model_max_length": 1000000000000000019884624838656}""");

        WordPieceTokenizer.Load(folder).Options.ShouldBe(new WordPieceOptions { DoLowerCase = false, TokenizeChineseChars = false });
    }

    [Fact]
    public void Load_SpecialTokensMap_NamesTheTokens()
    {
        Write("vocab.txt", Small.Replace("[CLS]", "<s>", StringComparison.Ordinal));
        Write("special_tokens_map.json", """{"cls_token": {"content": "<s>", "lstrip": false}}""");

        WordPieceTokenizer.Load(folder).Encode("<s>好").InputIds.ShouldBe([2, 2, 5, 3]);
    }

    [Theory]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": []}", "model is BPE")]
    [InlineData("model", "{\"vocab\": {}, \"merges\": []}", "model is BPE")]
    [InlineData("model", "{\"type\": \"Unigram\", \"vocab\": []}", "model is Unigram")]
    [InlineData("normalizer", "{\"type\": \"NFKC\"}", "normalizer is NFKC")]
    [InlineData("normalizer", "null", "normalizer is missing")]
    [InlineData("pre_tokenizer", "{\"type\": \"ByteLevel\"}", "pre_tokenizer is ByteLevel")]
    public void Load_TokenizerJsonOfAnotherKind_SaysWhatItIsAndWhatIsExpected(string section, string value, string finding)
    {
        var file = Changed(section, value);

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldBe(
            $"{file}: {finding}; expected a BERT tokenizer: model WordPiece, normalizer BertNormalizer, pre-tokenizer BertPreTokenizer, [CLS] and [SEP] around the text. "
            + "Use a checkpoint of the BERT family, or delete this file where a vocab.txt stands beside it.");
    }

    [Theory]
    [InlineData("post_processor", "{\"type\": \"RobertaProcessing\"}", "post_processor is RobertaProcessing; expected a BERT tokenizer")]
    [InlineData("post_processor", "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"A\"}}]}", "post_processor.single is [{\"Sequence\":{\"id\":\"A\"}}]; expected")]
    [InlineData("model", "{\"type\": \"WordPiece\", \"vocab\": {\"好\": \"0\"}}", "the id of token \"好\" is \"0\"; an id is a whole number.")]
    [InlineData("model", "{\"type\": \"WordPiece\", \"vocab\": {\"好\": 2000000000}}", "token \"好\" has the id 2000000000; 1 tokens need ids from 0 to about 0.")]
    [InlineData("model", "{\"type\": \"WordPiece\", \"vocab\": {\"好\": 0}}", "the vocabulary has no [UNK], the unknown token")]
    [InlineData("model", "{\"type\": \"WordPiece\"}", "model.vocab is missing")]
    [InlineData("model", "{\"type\": \"WordPiece\", \"continuing_subword_prefix\": \"@@\", \"vocab\": {}}", "continuing_subword_prefix is \"@@\"")]
    [InlineData("normalizer", "{\"type\": \"BertNormalizer\", \"clean_text\": false}", "normalizer.clean_text is false")]
    public void Load_TokenizerJsonWithAFault_NamesFileAndPlace(string section, string value, string finding)
    {
        var file = Changed(section, value);

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldStartWith($"{file}: {finding}");
    }

    [Theory]
    [InlineData("{\n\"model\": {", "line 2: no valid JSON; the file is damaged or only partly downloaded.")]
    [InlineData("", "line 1: no valid JSON; the file is damaged or only partly downloaded.")]
    public void Load_DamagedJson_NamesTheLine(string json, string finding)
    {
        var file = Write("tokenizer.json", json);

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldBe($"{file}, {finding}");
    }

    [Fact]
    public void Load_JsonThatIsNoObject_IsRefused()
    {
        var file = Write("tokenizer.json", "[]");

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldBe($"{file} holds no JSON object; expected {{ … }} as Hugging Face writes it.");
    }

    [Fact]
    public void Load_FlagThatIsNoBoolean_IsRefused()
    {
        Write("vocab.txt", Small);
        Write("tokenizer_config.json", """{"do_lower_case": "yes"}""");

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldBe("tokenizer_config.json: do_lower_case is \"yes\", but must be true, false or null.");
    }

    [Fact]
    public void Load_JapaneseTokenizer_IsRefused()
    {
        Write("vocab.txt", Small);
        Write("tokenizer_config.json", """{"tokenizer_class": "BertJapaneseTokenizer"}""");

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldStartWith("tokenizer_config.json names the tokenizer BertJapaneseTokenizer");
    }

    [Fact]
    public void Load_EmptyVocabulary_IsRefused()
    {
        var file = Write("vocab.txt", "");

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(file)).Message.ShouldBe($"{file} is empty; a vocabulary is a UTF-8 file with one token a line.");
    }

    [Fact]
    public void Load_VocabularyThatIsNoUtf8_IsRefused()
    {
        var file = Path.Combine(folder, "vocab.txt");
        File.WriteAllBytes(file, [0xC4, 0xE3, 0x0A]);

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(file)).Message.ShouldBe($"{file} is no UTF-8 text; a vocabulary is a UTF-8 file with one token a line.");
    }

    [Fact]
    public void Load_VocabularyWithoutUnk_NamesTheFile()
    {
        var file = Write("vocab.txt", Small.Replace("[UNK]", "[unused]", StringComparison.Ordinal));

        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(folder)).Message.ShouldStartWith($"{file}: the vocabulary has no [UNK], the unknown token");
    }

    [Fact]
    public void Load_FolderWithoutTokenizer_SaysWhatIsMissing() =>
        Should.Throw<FileNotFoundException>(() => WordPieceTokenizer.Load(folder)).Message
            .ShouldBe($"{folder} holds neither tokenizer.json nor vocab.txt; copy one of them from the checkpoint that the weights came from.");

    [Fact]
    public void Load_MissingPath_SaysSo() =>
        Should.Throw<FileNotFoundException>(() => WordPieceTokenizer.Load("/no/such/folder")).Message
            .ShouldBe("/no/such/folder does not exist; expected a model folder, a vocab.txt or a tokenizer.json.");

    private static IEnumerable<string?> Tokens(WordPieceTokenizer tokenizer, string text) => tokenizer.Encode(text).InputIds.Select(tokenizer.IdToToken);

    private string Write(string name, string contents)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, contents);
        return path;
    }

    /// <summary>A good tokenizer.json with one section replaced.</summary>
    private string Changed(string section, string value)
    {
        GoldenTokenizer.Default.Save(folder);
        var path = Path.Combine(folder, "tokenizer.json");
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        root[section] = JsonNode.Parse(value);
        File.WriteAllText(path, root.ToJsonString(new JsonSerializerOptions { WriteIndented = false }));
        return path;
    }
}
