using Inkstone.Preparing;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Preparing;

public sealed class TrainingCorpusTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Read_FileOfEveryKindOfRow_KeepsWhatIsFitAndSaysWhatLeft()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file, "data.validation_split=0"), null, notices.Add);

        corpus.Labels.Names.ShouldBe(["bad", "good"]);
        corpus.Train.Count.ShouldBe(41);
        corpus.Train.LabelIds.Take(4).ShouldBe([1, 0, 1, 0]);
        corpus.Train.Source(40).ShouldBe($"{file}:43");
        corpus.Train[5].Chunks[0].InputIds.ShouldBe(SomeReviews.Encoder.Encode(SomeReviews.Text(5)).Chunks[0].InputIds);
        corpus.Train.TokenCounts.ShouldBe(corpus.Train.Select(document => document.Chunks.Sum(chunk => chunk.InputIds.Length)));
        notices[0].ShouldBe($"{file}: 41 rows; set aside: 1 repeated (first in line 42), 1 empty (first in line 44), 1 without label (first in line 45).");
        notices[1].ShouldContain("training texts");
        corpus.Files.Single().Path.ShouldBe(file);
    }

    [Fact]
    public void Read_ValidationSplit_HoldsBackRowsWithTheirTextsAndTrainsOnTheOthers()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file, "data.validation_split=0.25"), null);

        corpus.Validation.Count.ShouldBeInRange(8, 12);
        corpus.Validation.Seen!.ShouldAllBe(seen => !seen);
        (corpus.Train.Count + corpus.Validation.Count).ShouldBe(41);
        foreach (var (row, index) in corpus.Validation.Rows.Select((row, index) => (row, index)))
        {
            corpus.Validation.Documents[index].Chunks[0].InputIds.ShouldBe(SomeReviews.Encoder.Encode(row.Text).Chunks[0].InputIds);
            corpus.Validation.Documents.LabelIds[index].ShouldBe(row.Label == "good" ? 1 : 0);
            corpus.Validation.Documents.Source(index).ShouldBe(FormattableString.Invariant($"{row.File}:{row.Line}"));
        }

        var trained = Enumerable.Range(0, corpus.Train.Count).Select(corpus.Train.Source);
        trained.Intersect(Enumerable.Range(0, corpus.Validation.Count).Select(corpus.Validation.Documents.Source)).ShouldBeEmpty();
    }

    [Fact]
    public void Read_Folds_HoldBackEveryRowOnceAndNoOtherFile()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());
        var recipe = SomeReviews.RecipeOf(file, $"data.validation_file={file}", $"data.test_file={file}");
        var heldBack = new List<string>();

        for (var index = 0; index < 4; index++)
        {
            using var corpus = SomeReviews.Read(recipe, null, notices.Add, new Fold(index, 4));
            corpus.Test.Count.ShouldBe(0);
            corpus.Validation.Count.ShouldBeInRange(8, 12);
            (corpus.Train.Count + corpus.Validation.Count).ShouldBe(41);
            string[] judged = [.. Enumerable.Range(0, corpus.Validation.Count).Select(corpus.Validation.Documents.Source)];
            Enumerable.Range(0, corpus.Train.Count).Select(corpus.Train.Source).Intersect(judged).ShouldBeEmpty();
            corpus.Validation.Seen!.ShouldAllBe(seen => !seen);
            heldBack.AddRange(judged);
        }

        heldBack.Count.ShouldBe(41);
        heldBack.Distinct().Count().ShouldBe(41);
        notices.ShouldContain(notice => notice.StartsWith($"{file}: fold 1 of 4 has ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("are longer than tokenizer.max_length=8 tokens and were cut", "tokenizer.max_length=8")]
    [InlineData("have more than tokenizer.max_chunks=1 chunks", "tokenizer.max_length=8", "tokenizer.long_text=chunk", "tokenizer.stride=2", "tokenizer.max_chunks=1")]
    public void Read_TextsThatTheModelSeesInPart_AreToldOfInEverySplit(string what, params string[] overrides)
    {
        var notices = new List<string>();
        var (train, test) = (scratch.Write("reviews.csv", SomeReviews.Csv()), scratch.Write("test.csv", SomeReviews.Csv()));

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(train, ["data.validation_split=0.25", $"data.test_file={test}", .. overrides]), null, notices.Add);

        foreach (var (split, rows) in new[] { ("training", corpus.Train.Count), ("validation", corpus.Validation.Count), ("test", corpus.Test.Count) })
        {
            notices.ShouldContain(notice => notice.Contains($" of {rows} {split} texts (", StringComparison.Ordinal) && notice.Contains(what, StringComparison.Ordinal), split);
        }
    }

    [Fact]
    public void Read_OtherSeeds_HoldsBackTheSameRowsUnlessTheSplitHasAnother()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());

        HeldBack("training.seed=1").ShouldBe(HeldBack("training.seed=2"));
        HeldBack("data.split_seed=1").ShouldNotBe(HeldBack("data.split_seed=2"));

        string[] HeldBack(string seed)
        {
            using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file, "data.validation_split=0.25", seed), null);
            return [.. Enumerable.Range(0, corpus.Validation.Count).Select(corpus.Validation.Documents.Source)];
        }
    }

    [Fact]
    public void Read_ValidationAndTestFiles_KeepsEveryLabelledRowAndKnowsWhichTextsWereTrainedOn()
    {
        var train = scratch.Write("train.csv", SomeReviews.Csv());
        var test = scratch.Write("test.csv", $"text,label\n新的一条,good\n{SomeReviews.Text(7)},bad\n{SomeReviews.Text(7)},bad\n没有标签,\n");

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(train, $"data.validation_file={test}", $"data.test_file={test}"), null, notices.Add);

        corpus.Test.Rows.Select(row => row.Line).ShouldBe([2, 3, 4]);
        corpus.Test.Seen.ShouldBe([false, true, true]);
        corpus.Validation.Seen.ShouldBe([false, true, true]);
        corpus.Test.Documents.LabelIds.ShouldBe([1, 0, 0]);
        notices.ShouldContain($"{test}: 3 rows; set aside: 1 without label (first in line 5).");
        notices.ShouldContain("Warning: 2 of 3 validation rows (66.7 %) have a text that is trained on, too, which flatters the score; the evaluation counts the others by themselves (unseen).");
    }

    [Fact]
    public void Read_TestFileWithNumbers_SaysWhatTheyMeanOrRefusesThem()
    {
        var train = scratch.Write("train.csv", SomeReviews.Csv());
        var test = scratch.Write("test.csv", "text,label\n新的一条,1\n另一条,0\n");

        Should.Throw<InvalidDataFileException>(() => SomeReviews.Read(SomeReviews.RecipeOf(train, "data.validation_split=0", $"data.test_file={test}"), null))
            .Message.ShouldStartWith($"{test}, line 2: the label '1' is not among the label names; expected one of bad, good. Say which number is which name with label_map");

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(train, "data.validation_split=0", $"data.test_file={test}", "data.label_names=[good, bad]"), null, notices.Add);

        corpus.Test.Documents.LabelIds.ShouldBe([1, 0]);
        notices.Count(notice => notice == $"{test}: labels 0, 1 are read as ids: 0 = good, 1 = bad; data.label_map (--label-map) says otherwise.").ShouldBe(1);
    }

    [Fact]
    public void Read_MaxTrainSamples_TakesTheFirstThatAreFit()
    {
        var file = scratch.Write("reviews.csv", "text,label\n一样,good\n一样,good\n不同,bad\n另外,good\n");

        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file, "data.validation_split=0", "data.max_train_samples=2"), null);

        Enumerable.Range(0, corpus.Train.Count).Select(corpus.Train.Source).ShouldBe([$"{file}:2", $"{file}:4"]);
    }

    [Fact]
    public void WriteRemoved_RowsThatLeft_HasEachWithItsReason()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());
        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file), null);

        corpus.WriteRemoved(scratch.Combine("removed.csv"));

        var removed = CorpusReader.Read(scratch.Combine("removed.csv"), new() { Labels = LabelUse.Ignored, WithMetadata = true })
            .Select(row => (row.Metadata.Single(pair => pair.Key == "line").Value!.ToString(), row.Metadata.Single(pair => pair.Key == "reason").Value!.ToString(), row.Text));
        removed.ShouldBe([("42", "duplicate", SomeReviews.Text(0)), ("44", "empty", "  "), ("45", "unlabelled", "没有标签")]);
    }

    [Fact]
    public void WriteRemoved_NothingLeft_WritesNoFile()
    {
        var file = scratch.Write("reviews.csv", "text,label\n好,good\n坏,bad\n");
        using var corpus = SomeReviews.Read(SomeReviews.RecipeOf(file, "data.validation_split=0"), null);

        corpus.WriteRemoved(scratch.Combine("removed.csv"));

        File.Exists(scratch.Combine("removed.csv")).ShouldBeFalse();
    }

    [Fact]
    public void Read_LabelOutsideTheNames_SaysWhereItStandsFirst()
    {
        var file = scratch.Write("reviews.csv", "text,label\n好,good\n坏,bad\n怪,odd\n再怪,odd\n");

        Should.Throw<InvalidDataFileException>(() => SomeReviews.Read(SomeReviews.RecipeOf(file, "data.label_names=[bad, good]"), null))
            .Message.ShouldStartWith($"{file}, line 4: the label 'odd' is not among the label names");
    }

    [Fact]
    public void Read_PathologicalWindows_GivesTheSameWhateverTheThreads()
    {
        var file = scratch.Write("reviews.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 3000).Select(row => $"{SomeReviews.Text(row)}{(row == 1500 ? new string('长', 300_000) : "")},{(row % 3 == 0 ? "a" : "b")}\n")));
        var rows = LabelledRows.Open(new([file], null), SomeReviews.RecipeOf(file).Data);

        using var one = new EncodingPass(SomeReviews.Encoder, new(), threads: 0).Run(rows, TestContext.Current.CancellationToken);
        using var many = new EncodingPass(SomeReviews.Encoder, new(), threads: 5).Run(rows, TestContext.Current.CancellationToken);

        many.Rows.Count.ShouldBe(3000);
        for (var row = 0; row < 3000; row++)
        {
            many.Rows[row].ShouldBe(one.Rows[row]);
            many.Documents.Read(many.Rows[row].Offset).Chunks[0].InputIds.ShouldBe(one.Documents.Read(one.Rows[row].Offset).Chunks[0].InputIds);
        }
    }

    [Fact]
    public void Read_FileThatChangesMeanwhile_IsRefused()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv());
        var rows = LabelledRows.Open(new([file], null), SomeReviews.RecipeOf(file).Data);

        using var reading = rows.Read().GetEnumerator();
        reading.MoveNext();
        File.AppendAllText(file, "又来一条,good\n");

        Should.Throw<InvalidDataFileException>(() =>
        {
            while (reading.MoveNext())
            {
            }
        }).Message.ShouldBe($"{file}: the file changed while it was read; expected a file that nobody writes to. Wait until it is complete, or work on a copy.");
    }

    /// <summary>Between the first reading and the one that fetches the texts: same size, same time, other rows.</summary>
    [Fact]
    public void Judged_FileWhoseRowsChangedPlaces_IsRefused()
    {
        var file = scratch.Write("reviews.csv", "text,label\n好啊,good\n坏啊,good\n");
        var corpus = new CorpusEncoder(SomeReviews.RecipeOf(file).Data, SomeReviews.Encoder, new(null, notices.Add, TimeProvider.System), notices.Add, default);
        var read = corpus.ReadForTraining(new([file], null));
        var time = File.GetLastWriteTimeUtc(file);
        scratch.Write("reviews.csv", "text,label\n坏啊,good\n好啊,good\n");
        File.SetLastWriteTimeUtc(file, time);

        Should.Throw<InvalidDataFileException>(() => corpus.Judged(read, [0], new LabelSet(["bad", "good"]))).Message.ShouldContain("the file changed while it was read");
    }

    [Fact]
    public void Read_Stopped_EndsWithinTheFile()
    {
        var file = scratch.Write("reviews.csv", SomeReviews.Csv(2000));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Should.Throw<OperationCanceledException>(() =>
            new EncodingPass(SomeReviews.Encoder, new(), 1).Run(LabelledRows.Open(new([file], null), SomeReviews.RecipeOf(file).Data), stop.Token));
    }
}
