using Inkstone.Text.Corpora;
using Inkstone.Text.Tests.Corpora.Encodings;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Sources;

public sealed class DataFolderTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("train.csv", "test.csv", "validation.csv")]
    [InlineData("train.csv", "test.csv", "dev.csv")]
    [InlineData("train.csv", "test.csv", "development.csv")]
    [InlineData("reviews_train.csv", "reviews_test.csv", "reviews_val.csv")]
    [InlineData("data/train.csv", "data/test.csv", "data/valid.csv")]
    [InlineData("data/train-00000-of-00001.csv", "data/test-00000-of-00001.csv", "data/validation-00000-of-00001.csv")]
    [InlineData("train/0.csv", "test/0.csv", "dev/0.csv")]
    public void Read_FolderOfSplits_TakesTheOneThatIsNamed(string train, string test, string validation)
    {
        scratch.Write(train, "text,label\n训练,1\n");
        scratch.Write(test, "text,label\n测试,1\n");
        scratch.Write(validation, "text,label\n验证,1\n");
        scratch.Write("README.md", "# 说明\n");
        scratch.Write("dataset_infos.json", "{}");

        CorpusReader.Splits(scratch.Path).ShouldBe(["train", "validation", "test"]);
        Texts(scratch.Path, "train").ShouldBe(["训练"]);
        Texts(scratch.Path, "validation").ShouldBe(["验证"]);
        Texts(scratch.Path, "dev").ShouldBe(["验证"]);
        Texts(scratch.Path, "test").ShouldBe(["测试"]);
    }

    [Fact]
    public void Read_SeveralSplitsAndNoneNamed_ListsThem()
    {
        scratch.Write("train.csv", "text\n好\n");
        scratch.Write("dev.csv", "text\n好\n");

        Fault(scratch.Path).ShouldBe($"{scratch.Path}: the folder has the splits train, validation; expected one of them to be named. Say which one with --split, for instance --split train.");
        Fault(scratch.Path, "test").ShouldBe($"{scratch.Path}: the folder has no split 'test'; expected one of train, validation. Name one of them.");
    }

    [Fact]
    public void Read_SplitOfAFile_IsRefused() =>
        Fault(scratch.Write("a.csv", "text\n好\n"), "train").ShouldContain("there are no splits here, so none is named 'train'");

    [Fact]
    public void Read_FolderOfOneSplit_ReadsFilesByTheirNumbers()
    {
        foreach (int part in new[] { 10, 9, 1, 100 })
        {
            scratch.Write($"part-{part}.jsonl", $"{{\"text\":\"{part}\"}}\n");
        }

        CorpusReader.Splits(scratch.Path).ShouldBeEmpty();
        Texts(scratch.Path).ShouldBe(["1", "9", "10", "100"]);
    }

    [Fact]
    public void Read_PaddleNlpFolder_HasItsLabelNames()
    {
        scratch.Write("train.txt", "text\tlabel\n好\tpos\n坏\tneg\n");
        scratch.Write("dev.txt", "text\tlabel\n好\tpos\n");
        scratch.Write("label.txt", "neg\npos\n");
        OpenedFile? opened = null;

        Texts(scratch.Path, "train", file => opened = file).ShouldBe(["好", "坏"]);

        opened!.LabelNames.ShouldBe(["neg", "pos"]);
        CorpusReader.Splits(scratch.Path).ShouldBe(["train", "validation"]);
    }

    [Fact]
    public void Read_LabelFileInGb18030_HasTheSameNames()
    {
        scratch.Write("train.txt", "text\tlabel\n好\t好评\n坏\t差评\n");
        scratch.Write("label.txt", SomeEncoding.Of("gb18030").GetBytes("差评\n好评\n"));
        OpenedFile? opened = null;

        Texts(scratch.Path, null, file => opened = file).ShouldBe(["好", "坏"]);

        opened!.LabelNames.ShouldBe(["差评", "好评"]);
    }

    [Fact]
    public void Read_SplitInTwoFormats_IsRefused()
    {
        scratch.Write("train.csv", "text\n好\n");
        scratch.Write("train.jsonl", "{\"text\":\"好\"}\n");

        Fault(scratch.Path, "train").ShouldContain("the files of the split train end in .csv, .jsonl; expected files of one format");
    }

    [Fact]
    public void Read_EmptyFolder_SaysSo() => Fault(scratch.Path).ShouldContain("there are no data files in this folder");

    [Fact]
    public void Read_FolderOfImages_SaysSo()
    {
        scratch.Write("a.png", [0x89, 0x50]);
        scratch.Write("b.jpg", [0xFF, 0xD8]);

        Fault(scratch.Path).ShouldContain("none of the 2 files in this folder is a data file");
    }

    [Theory]
    [InlineData("state.json", "{")]
    [InlineData("state.json", "{}")]
    [InlineData("state.json", "{\"_data_files\": [{\"filename\": \"../../a.arrow\"}]}")]
    [InlineData("dataset_dict.json", "{\"splits\": []}")]
    [InlineData("dataset_dict.json", "{\"splits\": [\"/etc\"]}")]
    public void Read_BrokenDescriptionOfASavedDataset_SaysWhichFile(string name, string content)
    {
        scratch.Write(name, content);

        Fault(scratch.Path).ShouldStartWith(scratch.Of(name) + ": ");
    }

    [Fact]
    public void Read_ShardThatIsMissing_NamesIt()
    {
        scratch.Write("state.json", "{\"_data_files\": [{\"filename\": \"data-00000-of-00001.arrow\"}]}");

        Fault(scratch.Path).ShouldStartWith(scratch.Of("data-00000-of-00001.arrow") + ": there is no such file");
    }

    private static List<string> Texts(string path, string? split = null, Action<OpenedFile>? opened = null) =>
        [.. CorpusReader.Read(path, new() { Split = split, Opened = opened }).Select(row => row.Text)];

    private static string Fault(string path, string? split = null) => Should.Throw<InvalidDataFileException>(() => Texts(path, split)).Message;
}
