using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Inkstone.Pretraining.Corpus;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining.Corpus;

public sealed class PretrainingCorpusTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];

    public void Dispose() => scratch.Dispose();

    private string Cache => scratch.Combine("cache");

    private PretrainingCorpusOptions Options => new() { CacheFolder = Cache, HeldOutTexts = 0 };

    [Fact]
    public void Read_EveryFormat_GivesTheSameTexts()
    {
        var texts = SomeTexts.Texts(60);
        var expected = Spelled(SomeTexts.Corpus(texts, Options));
        Directory.CreateDirectory(scratch.Combine("parts"));
        string[][] inputs =
        [
            [scratch.Write("lines.txt", string.Join('\n', texts) + "\n")],
            [scratch.Write("windows.txt", "\uFEFF" + string.Join("\r\n", texts))],
            [scratch.Write("rows.jsonl", string.Join('\n', texts.Select(text => JsonSerializer.Serialize(new { text, label = 1 }))))],
            [scratch.Write("rows.json", JsonSerializer.Serialize(texts.Select(text => new { id = 1, text })))],
            [scratch.Write("rows.csv", "label,review\n" + string.Join('\n', texts.Select(text => $"1,\"{text}\"")))],
            [scratch.Write("rows.tsv", "text\tlabel\n" + string.Join('\n', texts.Select(text => text + "\t0")))],
            [Parquet(texts)],
            [scratch.Write("head.txt", string.Join('\n', texts[..20])), scratch.Write("tail.jsonl", string.Join('\n', texts[20..].Select(text => JsonSerializer.Serialize(new { text }))))],
            [Path.GetDirectoryName(scratch.Write("parts/a.txt", string.Join('\n', texts[..30])))!],
            [scratch.Combine("parts", "*.txt")],
        ];
        scratch.Write("parts/b.txt", string.Join('\n', texts[30..]));

        foreach (var paths in inputs)
        {
            using var corpus = Read(paths);
            Spelled(corpus).ShouldBe(expected, string.Join(", ", paths));
        }

        notices.ShouldBeEmpty();
    }

    [Fact]
    public void Read_TextColumn_IsTheOneThatIsTold()
    {
        var file = scratch.Write("rows.csv", "text,summary\n不要读这一列的文字,房间有点小也很吵\n不要读这一列的文字,早餐种类丰富味道好\n");

        using var corpus = PretrainingCorpus.Read([file], SomeTexts.Tokenizer, Options with { TextColumn = "summary" }, notices.Add, CancellationToken.None);

        Spelled(corpus).Count.ShouldBe(2);
        Spelled(corpus).ShouldAllBe(text => !text.Contains('读'));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void Of_AnyNumberOfThreads_GivesTheSame(bool wordMarks, int threads)
    {
        var texts = SomeTexts.Texts(3000, longest: 30);
        var options = Options with { HeldOutTexts = 50, WordMarks = wordMarks };
        using var one = SomeTexts.Corpus(texts, options with { Threads = 1 });
        using var other = SomeTexts.Corpus(texts, options with { Threads = threads });

        other.Fingerprint.ShouldBe(one.Fingerprint);
        other.Report.ShouldBe(one.Report);
        Spelled(other).ShouldBe(Spelled(one));
    }

    [Fact]
    public void Read_SecondTime_ReadsNoText()
    {
        var file = scratch.Write("lines.txt", string.Join('\n', SomeTexts.Texts(300).Append("短")));
        using var first = Read(file);
        var written = File.GetLastWriteTimeUtc(file);
        var length = new FileInfo(file).Length;
        File.WriteAllText(file, new string('好', (int)length / 3) + new string('x', (int)length % 3));   // as if it were unchanged
        File.SetLastWriteTimeUtc(file, written);
        var said = notices.ToList();
        notices.Clear();

        using var second = Read(file);

        second.Fingerprint.ShouldBe(first.Fingerprint);
        second.Report.ShouldBe(first.Report);
        Spelled(second).ShouldBe(Spelled(first));
        notices.ShouldBe(said);
        notices.ShouldBe(["1 of 301 texts were left out: they have fewer than 4 tokens that the vocabulary knows."]);
        Directory.GetFiles(Cache).Length.ShouldBe(1);
    }

    [Fact]
    public void Read_SomethingElseThanBefore_IsEncodedAnew()
    {
        var file = scratch.Write("lines.txt", string.Join('\n', SomeTexts.Texts(300)));
        var keys = new HashSet<string>();
        Open(SomeTexts.Tokenizer, Options);
        Open(SomeTexts.Tokenizer, Options with { MaxLength = 64 });
        Open(SomeTexts.Tokenizer, Options with { WordMarks = true });
        Open(SomeTexts.Tokenizer, Options with { HeldOutTexts = 10 });
        Open(SomeTexts.Tokenizer, Options with { HeldOutTexts = 10, HeldOutSeed = 3 });
        Open(SomeTexts.Vocabulary(SomeTexts.Texts(300), 300).CreateTokenizer(), Options);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        Open(SomeTexts.Tokenizer, Options);
        Open(SomeTexts.Tokenizer, Options with { Threads = 1 }, isNew: false);
        scratch.Write("lines.txt", string.Join('\n', SomeTexts.Texts(301)));
        Open(SomeTexts.Tokenizer, Options);
        file = scratch.Write("two.csv", "text,other\n" + string.Join('\n', SomeTexts.Texts(300).Select(text => $"{text.Replace(',', '，')},{text.Replace(',', '，')}好")));
        Open(SomeTexts.Tokenizer, Options);
        Open(SomeTexts.Tokenizer, Options with { TextColumn = "other" });
        Open(SomeTexts.Tokenizer, Options with { Format = Inkstone.Text.Corpora.CorpusFormat.PlainText });
        Open(SomeTexts.Tokenizer, Options with { Encoding = "utf-8" });

        void Open(WordPieceTokenizer tokenizer, PretrainingCorpusOptions options, bool isNew = true)
        {
            using var corpus = PretrainingCorpus.Read([file], tokenizer, options, notices.Add, CancellationToken.None);
            Directory.GetFiles(Cache).Count(path => keys.Add(path)).ShouldBe(isNew ? 1 : 0);
        }
    }

    [Fact]
    public void Read_WithoutKeeping_LeavesNothing()
    {
        var file = scratch.Write("lines.txt", string.Join('\n', SomeTexts.Texts(300)));

        using var corpus = PretrainingCorpus.Read([file], SomeTexts.Tokenizer, Options with { Keep = false }, notices.Add, CancellationToken.None);

        Spelled(corpus).Count.ShouldBe(300);
        Directory.GetFileSystemEntries(Cache).ShouldBeEmpty();
    }

    /// <summary>A pipe has the same name and no length, whatever comes through it.</summary>
    [Fact]
    public void Read_Pipe_IsReadEachTime()
    {
        var pipe = scratch.Combine("pipe");
        using (var make = Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        var counts = new[] { 30, 40 }.Select(count =>
        {
            var writing = Task.Run(() => File.WriteAllText(pipe, string.Join('\n', SomeTexts.Texts(count))));
            using var corpus = Read(pipe);
            writing.GetAwaiter().GetResult();
            return corpus.Train.Count;
        });

        counts.ShouldBe([30, 40]);
        Directory.GetFiles(Cache).ShouldBeEmpty();
    }

    [Fact]
    public void HeldOut_Texts_AreChosenByContentAlone()
    {
        var texts = SomeTexts.Texts(4000);
        string[] doubled = [.. texts, .. texts.Reverse().Take(1000)];
        var options = Options with { HeldOutTexts = 40 };
        using var once = SomeTexts.Corpus(texts, options);
        using var twice = SomeTexts.Corpus(doubled, options);
        using var otherSeed = SomeTexts.Corpus(texts, options with { HeldOutSeed = 1 });

        var heldOut = Spelled(once.HeldOut);
        heldOut.Distinct().Count().ShouldBe(40);
        Spelled(twice.HeldOut).Distinct().ShouldBe(heldOut.Distinct());
        Spelled(twice.HeldOut).Count.ShouldBeGreaterThan(heldOut.Count);
        Spelled(twice.Train).Intersect(heldOut).ShouldBeEmpty();
        Spelled(twice.Train).Concat(Spelled(twice.HeldOut)).Count().ShouldBe(5000);
        Spelled(otherSeed.HeldOut).Intersect(heldOut).Count().ShouldBeLessThan(5);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    [InlineData(100, 5)]
    public void HeldOut_FewTexts_AreNeverMoreThanOneInTwenty(int count, int expected)
    {
        using var corpus = PretrainingCorpus.Of("texts", Enumerable.Range(0, count).Select(number => "房间有点小也很吵" + number), SomeTexts.Tokenizer, Options with { HeldOutTexts = 2000 }, notices.Add, CancellationToken.None);

        corpus.HeldOut.Count.ShouldBe(expected);
        corpus.Train.Count.ShouldBe(count - expected);
        notices.ShouldBe(expected > 0 ? [] : [$"No text is held out: {count} are too few, or too often the same, to spare one in twenty."]);
    }

    [Fact]
    public void HeldOut_OneTextOverAndOver_IsTrainedOn()
    {
        using var corpus = SomeTexts.Corpus(Enumerable.Repeat("房间有点小也很吵", 1000), Options with { HeldOutTexts = 10 });

        (corpus.Train.Count, corpus.HeldOut.Count).ShouldBe((1000, 0));
        corpus.HeldOut.Batches(0, 0, 128).ShouldBeEmpty();
        corpus.HeldOut.BatchCount(128).ShouldBe(0);
    }

    [Fact]
    public void Of_LongTexts_AreCutBehindSentences()
    {
        var sentence = "房间有点小，早餐很好。";   // 11 tokens
        using var corpus = SomeTexts.Corpus([string.Concat(Enumerable.Repeat(sentence, 30))], Options with { MaxLength = 64 });

        var pieces = SomeTexts.Pieces(corpus.Train).ToList();

        pieces.ShouldAllBe(piece => piece.Length == 55 + 2);   // five sentences fit into 62 tokens
        pieces.Count.ShouldBe(6);
        pieces.Select(SomeTexts.Spell).ShouldAllBe(piece => piece.StartsWith("[CLS] 房") && piece.EndsWith("。 [SEP]"));
        (corpus.Report.Texts, corpus.Report.Cut, corpus.Report.Pieces, corpus.Report.Tokens).ShouldBe((1, 1, 6, 330));
    }

    /// <summary>Else the held-out loss of a run with whole words would not compare with that of another.</summary>
    [Fact]
    public void Of_WordMarks_ChangeNoPiece()
    {
        var texts = SomeTexts.Texts(300, longest: 60).Append(new string('好', 1000));
        using var plain = SomeTexts.Corpus(texts, Options with { HeldOutTexts = 10, MaxLength = 32 });
        using var marked = SomeTexts.Corpus(texts, Options with { HeldOutTexts = 10, MaxLength = 32, WordMarks = true });

        SomeTexts.Pieces(marked.HeldOut).Select(SomeTexts.Spell).ShouldBe(SomeTexts.Pieces(plain.HeldOut).Select(SomeTexts.Spell));
        Spelled(marked).ShouldBe(Spelled(plain));
    }

    [Theory]
    [InlineData("好好好。好好，好好好好好好", "好好好。好好，")]     // no sentence ends in the second half
    [InlineData("好好好，好好。好好好好好好", "好好好，好好。")]
    [InlineData("好好好好！！！好好好好好好", "好好好好！！！")]
    [InlineData("好好好。”好好好好好好好好", "好好好。”")]
    [InlineData("好好好好好好，。好好好好好", "好好好好好好，。")]
    [InlineData("好好好好好好好。”好好好好", "好好好好好好")]        // the room ends inside 。”, which stays with what is before it
    [InlineData("好好好好好好好好好好好好", "好好好好好好好好")]
    [InlineData("好好好好好iphoneswifi好好", "好好好好好")]
    public void EndOf_TextThatIsTooLong_IsAtTheBestPlace(string text, string expected)
    {
        var tokenizer = new WordPieceTokenizer(Vocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "好", "，", "。", "！", "”", "iph", "##on", "##es", "##wifi"]));
        var ids = tokenizer.Encode(text, null, new() { AddSpecialTokens = false }).InputIds;

        var end = new PieceCutter(tokenizer, 8).EndOf(ids, 0);

        string.Concat(ids[..end].Select(id => tokenizer.IdToToken(id))).ShouldBe(expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_LinesOf100000Characters_LoseNothing(bool wordMarks)
    {
        string[] texts = [new('好', 100_000), string.Concat(SomeTexts.Texts(4000))[..100_000], string.Concat(Enumerable.Repeat("wifi ", 20_000))];
        var ids = texts.SelectMany(text => SomeTexts.Tokenizer.Encode(text, null, new() { AddSpecialTokens = false }).InputIds).ToArray();

        using var corpus = SomeTexts.Corpus(texts, Options with { WordMarks = wordMarks });

        corpus.Report.Cut.ShouldBe(3);
        corpus.Report.Tokens.ShouldBeInRange(ids.Length - (3 * 3), ids.Length);   // a rest of fewer than four tokens may go
        corpus.Train.TokenCount.ShouldBe(corpus.Report.Tokens + (2 * corpus.Report.Pieces));
        ((double)corpus.Report.Tokens / corpus.Report.Pieces).ShouldBeGreaterThan(100);
        SomeTexts.Pieces(corpus.Train).ShouldAllBe(piece => piece.Length <= 128);
    }

    [Fact]
    public void Of_EndlessWord_IsLeftOut()
    {
        using var corpus = SomeTexts.Corpus([new string('x', 100_000), "房间有点小也很吵"], Options);

        (corpus.Report.TooShort, corpus.Train.Count).ShouldBe((1, 1));
    }

    [Fact]
    public void Of_VocabularyOfManyTokens_KeepsWideIds()
    {
        var tokenizer = new WordPieceTokenizer(Vocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 70_000).Select(number => $"[unused{number}]"), .. "房间有点小也很吵".Select(character => character.ToString())]));
        using var corpus = SomeTexts.Corpus(["房间有点小也很吵"], Options with { WordMarks = true }, tokenizer);

        SomeTexts.Pieces(corpus.Train).Single().ShouldBe([2, .. Enumerable.Range(70_005, 8), 3]);
    }

    [Fact]
    public void Of_VocabularyThatKnowsLittle_SaysHowMuchIsUnknown()
    {
        var tokenizer = SomeTexts.Vocabulary(SomeTexts.Texts(300), 60).CreateTokenizer();

        using var corpus = PretrainingCorpus.Of("texts", SomeTexts.Texts(300), tokenizer, Options, notices.Add, CancellationToken.None);

        notices.ShouldContain(notice => notice.EndsWith(" % of the tokens are [UNK]: the vocabulary does not know what is written there.", StringComparison.Ordinal));
        corpus.Report.UnknownShare.ShouldBeInRange(0.05, 0.9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("短\n\n文\n")]
    public void Read_NothingOfUse_IsRefused(string content)
    {
        var file = scratch.Write("lines.txt", content);

        Should.Throw<InvalidDataFileException>(() => Read(file)).File.ShouldBe(file);
    }

    [Fact]
    public void Read_TextsOfOtherSigns_AreRefused()
    {
        var file = scratch.Write("lines.txt", "გამარჯობა მსოფლიო როგორ ხარ დღეს აქ\n");

        Should.Throw<InvalidDataFileException>(() => Read(file)).Message.ShouldBe(
            $"{file}: none of the 1 texts has 4 tokens that the vocabulary knows; expected longer texts, in the vocabulary's language. Check that it is the right file and column, and that the vocabulary is made for such texts.");
    }

    [Fact]
    public void Read_FilesThatCannotBe_AreRefusedByName()
    {
        var garbage = scratch.Combine("garbage.txt");
        var bytes = new byte[50_000];
        var random = new Inkstone.Batching.SeededRandom(4);
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)random.Next(256);
        }

        File.WriteAllBytes(garbage, bytes);
        var zipped = scratch.Combine("lines.txt.gz");
        File.WriteAllBytes(zipped, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]);
        var columns = scratch.Write("rows.csv", "number,price\n1,2\n");

        Should.Throw<InvalidDataFileException>(() => Read(garbage)).Message.ShouldStartWith($"{garbage}");
        Should.Throw<InvalidDataFileException>(() => Read(zipped)).Message.ShouldContain("this is a gzip archive, not text");
        Should.Throw<InvalidDataFileException>(() => Read(columns)).Message.ShouldContain("no column has a usual name for the text");
        Should.Throw<InvalidDataFileException>(() => Read(scratch.Combine("missing.txt"))).Message.ShouldContain("there is no such file");
        Should.Throw<InvalidDataFileException>(() => Read(scratch.Combine("*.none"))).Message.ShouldContain("no file fits this pattern");
        Directory.Exists(Cache).ShouldBeTrue();
        Directory.GetFileSystemEntries(Cache).ShouldBeEmpty();
    }

    /// <summary>A line of bytes that are no text, among many that are.</summary>
    [Fact]
    public void Read_SomeBinaryLines_AreSetAsideAndCounted()
    {
        var file = scratch.Combine("lines.txt");
        File.WriteAllBytes(file, [.. Encoding.UTF8.GetBytes(string.Join('\n', SomeTexts.Texts(3000)) + "\n"), 0xE4, 0xFF, 0xFE, 0x80, (byte)'\n', .. Encoding.UTF8.GetBytes("房间有点小也很吵\n")]);

        using var corpus = Read(file);

        (corpus.Report.Texts, corpus.Report.Unreadable).ShouldBe((3001, 1));
        notices.Single().ShouldStartWith($"{file}: 1 record could not be read and was set aside; the first, in line 3001:");
    }

    [Fact]
    public void Read_StoppedInTheMiddle_LeavesNothing()
    {
        using var source = new CancellationTokenSource();
        var texts = SomeTexts.Texts(5000).Select((text, index) =>
        {
            if (index == 4000)
            {
                source.Cancel();
            }

            return text;
        });

        Should.Throw<OperationCanceledException>(() => PretrainingCorpus.Of("texts", texts, SomeTexts.Tokenizer, Options, notices.Add, source.Token));
        Directory.GetFileSystemEntries(Cache).ShouldBeEmpty();
    }

    [Fact]
    public void Options_ThatCannotBe_AreAllTold()
    {
        var problems = new PretrainingCorpusOptions { MaxLength = 7, HeldOutTexts = -1, Threads = -2 }.Problems();

        problems.ShouldBe(["the max length must be 8 to 65535, but is 7.", "the number of held-out texts must be 0 or more, but is -1.", "the number of threads must be 0 or more, but is -2."]);
        Should.Throw<ArgumentException>(() => SomeTexts.Corpus(["好"], new() { MaxLength = 7 })).Message.ShouldStartWith(problems[0]);
    }

    private static List<string> Spelled(CorpusTexts texts) => [.. SomeTexts.Pieces(texts).Select(SomeTexts.Spell).Order()];

    private static List<string> Spelled(PretrainingCorpus corpus) => Spelled(corpus.Train);

    private PretrainingCorpus Read(params string[] paths) => PretrainingCorpus.Read(paths, SomeTexts.Tokenizer, Options, notices.Add, CancellationToken.None);

    private string Parquet(string[] texts)
    {
        var path = scratch.Combine("rows.parquet");
        using var file = File.Create(path);
        using var writer = RowWriter.Create(file, path, ["text"]);
        foreach (var text in texts)
        {
            writer.Write([new("text", text)]);
        }

        writer.Complete();
        return path;
    }
}
