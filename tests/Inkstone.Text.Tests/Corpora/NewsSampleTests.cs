using System.Security.Cryptography;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

/// <summary>The card beside the sample of long documents says what is in it.</summary>
public class NewsSampleTests
{
    private static readonly string[] Topics = ["entertainment", "finance", "game", "health", "sport", "tech"];

    [Theory]
    [InlineData("train", 12)]
    [InlineData("validation", 3)]
    [InlineData("test", 5)]
    public void Read_EverySplit_HasTheRowsOfTheCard(string split, int ofEachTopic)
    {
        var rows = CorpusReader.Read(Path.Combine(Repo.Root, "data", "samples", "news", $"{split}.csv"), new()).ToList();

        rows.GroupBy(row => row.Label!).OrderBy(topic => topic.Key, StringComparer.Ordinal).Select(topic => (topic.Key, topic.Count())).ShouldBe(Topics.Select(topic => (topic, ofEachTopic)));
        rows.ShouldAllBe(row => row.Text.Length >= 600 && row.Text.Length <= 2000);
        Card.ShouldContain($"| {split} | {rows.Count} | {ofEachTopic} |");
        Card.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Repo.Root, "data", "samples", "news", $"{split}.csv")))));
    }

    [Fact]
    public void Read_AllSplits_RepeatNoArticle()
    {
        var texts = new[] { "train", "validation", "test" }.SelectMany(split => CorpusReader.Read(Path.Combine(Repo.Root, "data", "samples", "news", $"{split}.csv"), new())).Select(row => row.Text).ToList();

        texts.Count.ShouldBe(120);
        texts.Distinct().Count().ShouldBe(120);
        Card.ShouldContain($"| {texts.Sum(text => text.Length)} |");
    }

    private static string Card => File.ReadAllText(Path.Combine(Repo.Root, "data", "samples", "news", "README.md"));
}
