using Inkstone.Preparing;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

/// <summary>Whatever changes what is in the file changes its name, and nothing else does.</summary>
public sealed class EncodedFileKeyTests : IDisposable
{
    private static readonly WordPieceTokenizer Tokenizer = SomeReviews.Encoder.Tokenizer;

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("data.text_column=text")]
    [InlineData("data.text_pair_column=label")]
    [InlineData("data.label_column=label")]
    [InlineData("data.id_column=text")]
    [InlineData("data.group_column=label")]
    [InlineData("data.label_map={good: pos}")]
    [InlineData("data.label_map={good: neg}")]
    [InlineData("data.encoding=gb18030")]
    [InlineData("data.where=label = 'good'")]
    [InlineData("data.cleaning.drop_empty=false")]
    [InlineData("data.cleaning.drop_duplicates=false")]
    [InlineData("data.cleaning.drop_normalized_duplicates=true")]
    [InlineData("data.cleaning.drop_conflicting=true")]
    [InlineData("data.cleaning.min_characters=2")]
    [InlineData("data.cleaning.max_characters=200")]
    [InlineData("data.cleaning.normalize=weibo")]
    [InlineData("data.cleaning.nfkc=true")]
    [InlineData("data.cleaning.traditional_to_simplified=true")]
    [InlineData("data.cleaning.emoji=remove")]
    [InlineData("data.cleaning.emoji=replace")]
    [InlineData("data.cleaning.url_word=网址")]
    [InlineData("data.cleaning.repeated_characters=2")]
    [InlineData("tokenizer.max_length=17")]
    [InlineData("tokenizer.truncation_side=left")]
    [InlineData("tokenizer.long_text=chunk", "tokenizer.stride=4")]
    public void Of_KeyThatDecidesWhatTheRowsAre_ChangesIt(params string[] overrides)
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());

        KeyOf([file], overrides).ShouldNotBe(KeyOf([file]));
        KeyOf([file], overrides).ShouldBe(KeyOf([file], overrides));
    }

    [Theory]
    [InlineData("training.seed=7")]
    [InlineData("data.validation_split=0.2")]
    [InlineData("data.max_train_samples=3")]
    [InlineData("data.label_names=[bad, good]")]
    [InlineData("data.stratify=false")]
    [InlineData("training.per_device_train_batch_size=7")]
    public void Of_KeyThatDoesNot_LeavesIt(string overrides)
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());

        KeyOf([file], overrides).ShouldBe(KeyOf([file]));
    }

    [Fact]
    public void Of_OtherFiles_ChangesIt()
    {
        Directory.CreateDirectory(scratch.Combine("a"));
        var (one, two) = (scratch.Write("a/1.csv", SomeReviews.Csv(20)), scratch.Write("a/2.csv", SomeReviews.Csv(30)));
        var pattern = scratch.Combine("a", "*.csv");
        var keys = new List<string> { KeyOf([one]), KeyOf([two]), KeyOf([one, two]), KeyOf([two, one]) };
        KeyOf([pattern]).ShouldBe(KeyOf([one, two]));

        scratch.Write("a/3.csv", SomeReviews.Csv(5));
        keys.Add(KeyOf([pattern]));
        File.AppendAllText(one, "又来一条,good\n");
        keys.Add(KeyOf([one]));
        keys.Add(KeyOf([pattern]));
        scratch.Write("a/label.txt", "bad\ngood\n");
        keys.Add(KeyOf([one]));
        scratch.Write("a/label.txt", "good\nbad\n");
        keys.Add(KeyOf([one]));

        keys.ShouldBeUnique();
    }

    [Fact]
    public void Of_OtherSplitOfAFolder_ChangesIt()
    {
        Directory.CreateDirectory(scratch.Combine("hub"));
        foreach (var split in new[] { "train", "test" })
        {
            scratch.Write($"hub/{split}.csv", SomeReviews.Csv());
        }

        var recipe = SomeReviews.RecipeOf(scratch.Combine("hub"));
        string[] keys = [.. new[] { "train", "test" }.Select(split => Key(LabelledRows.Open(new([scratch.Combine("hub")], split), recipe.Data), SomeReviews.Encoder))];

        keys.ShouldBeUnique();
    }

    [Fact]
    public void Of_OtherTokenizer_ChangesIt()
    {
        var rows = LabelledRows.Open(new([scratch.Write("reviews.csv", SomeReviews.Csv())], null), SomeReviews.RecipeOf(scratch.Combine("reviews.csv")).Data);
        var options = Tokenizer.Options;
        var words = File.ReadAllText(Repo.Golden("models", "bert", "vocab.txt"));
        WordPieceTokenizer[] tokenizers =
        [
            Tokenizer,
            Tokenizer.WithOptions(options with { DoLowerCase = !options.DoLowerCase }),
            Tokenizer.WithOptions(options with { StripAccents = options.StripAccents is not true }),
            Tokenizer.WithOptions(options with { TokenizeChineseChars = !options.TokenizeChineseChars }),
            Tokenizer.WithOptions(options with { MaxInputCharsPerWord = 7 }),
            WordPieceTokenizer.Load(scratch.Write("vocab.txt", words.TrimEnd('\n') + "\n龘龘\n")),
        ];

        tokenizers.Select(tokenizer => Key(rows, new TextEncoder(tokenizer, new()))).ShouldBeUnique();
    }

    /// <summary>Where cleaning asks it; elsewhere another version makes nothing new.</summary>
    [Theory]
    [InlineData("nfkc", true)]
    [InlineData("traditional", true)]
    [InlineData("normalized", true)]
    [InlineData("none", false)]
    public void IcuVersion_Cleaning_IsNamedWhereItCounts(string uses, bool counts)
    {
        var cleaning = new CleaningOptions { Nfkc = uses == "nfkc", TraditionalToSimplified = uses == "traditional", DropNormalizedDuplicates = uses == "normalized" };

        TextCleaner.IcuVersion(cleaning).HasValue.ShouldBe(counts);
        EncodedFileKey.Of([], new(), cleaning, SomeReviews.Encoder, 72).ShouldNotBe(EncodedFileKey.Of([], new(), cleaning, SomeReviews.Encoder, 74));
    }

    /// <summary>A new setting that a key does not hold would give old rows for it: every one is written out, but callbacks and what stops the reading.</summary>
    [Fact]
    public void Of_SettingsOfReading_AreThoseThatTheKeyIsKnownToHold() =>
        typeof(ReadOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            "Encoding", "Format", "GroupColumn", "IdColumn", "LabelColumn", "LabelMap", "Labels", "Opened", "SetAside", "Split", "Stop",
            "TextColumn", "TextPairColumn", "UnlabelledValues", "Where", "WithMetadata",
        ]);

    private static string KeyOf(string[] files, params string[] overrides)
    {
        var recipe = SomeReviews.RecipeOf(files[0], overrides);
        return Key(LabelledRows.Open(new(files, null), recipe.Data), Inkstone.Checkpoints.Classifier.EncoderFor(SomeReviews.Model, recipe), recipe.Data.Cleaning);
    }

    private static string Key(LabelledRows rows, TextEncoder encoder, CleaningOptions? cleaning = null) => EncodedFileKey.Of(rows.Files, rows.Options, cleaning ?? new(), encoder);
}
