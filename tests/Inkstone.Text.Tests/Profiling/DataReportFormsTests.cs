using System.Text.Json.Nodes;
using System.Xml.Linq;
using Inkstone.Text.Profiling;
using Inkstone.Text.Profiling.Html;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Profiling;

/// <summary>The forms in which a report leaves the program.</summary>
public sealed class DataReportFormsTests : IDisposable
{
    private const string Mean2 = """{"mean":2,"p50":2,"p90":2,"p99":2,"max":2,"histogram":[{"from":0,"to":0,"rows":0},{"from":1,"to":1,"rows":0},{"from":2,"to":2,"rows":2}]}""";

    private readonly SomeReport some = new();

    public void Dispose() => some.Dispose();

    [Fact]
    public void Json_OneFile_HasThisForm()
    {
        var path = some.Write("train.csv", "text,label", "好😂,正面", "好😂,负面");

        var json = JsonNode.Parse(DataReportJson.Write(some.Of(path)))!;

        var file = json["files"]![0]!.AsObject();
        file["path"]!.GetValue<string>().ShouldBe(path);
        file.Remove("path");
        Compact(file["tokens"]!["max"]!).ShouldBe("4");
        file.Remove("tokens");
        Compact(file["truncation"]![0]!).ShouldBe("""{"max_length":64,"rows":0,"tokens":0}""");
        file.Remove("truncation");
        Compact(file["marks"]!).ShouldBe("""{"negation":0,"turn":0,"question":0,"exclamation":0,"irony_quotes":0,"emoji":2,"hashtag":0,"latin":0}""");
        file.Remove("marks");
        Compact(file).Replace(path, "train.csv", StringComparison.Ordinal).ShouldBe(
            """{"split":"train","format":"csv","encoding":"utf-8","rows":2,"empty":0,"duplicates":1,"conflicting":1,"unlabelled":0,"set_aside":0,"labels":{"正面":1,"负面":1},"characters":"""
            + Mean2
            + ""","unknown_rate":0.5,"unknown_characters":[{"character":"😂","count":2}],"conflicts":[{"text":"好😂","rows":[{"file":"train.csv","line":2,"label":"正面"},{"file":"train.csv","line":3,"label":"负面"}]}],"set_aside_records":[]}""");
        json["tokenizer"]!.ToJsonString().ShouldBe("""{"name":"a vocabulary","vocabulary_size":509}""");
        json["leaks"]!.AsArray().ShouldBeEmpty();
        json["findings"]![0]!["level"]!.GetValue<string>().ShouldBe("warning");
    }

    [Fact]
    public void Json_TwoFiles_HasEveryOrderedPair()
    {
        var json = JsonNode.Parse(DataReportJson.Write(TwoFiles()))!;

        json["leaks"]!.AsArray().Select(leak => Compact(leak!)).ShouldBe(
        [
            """{"from":"dev","to":"train","exact":1,"exact_other_label":1,"near":0,"near_is_estimate":false,"examples":[{"text":"<b>好&","to":{"file":"train.csv","line":2,"label":"<i>"},"from":{"file":"dev.csv","line":2,"label":"b"},"share":1}]}""",
            """{"from":"train","to":"dev","exact":1,"exact_other_label":1,"near":0,"near_is_estimate":false,"examples":[{"text":"<b>好&","to":{"file":"dev.csv","line":2,"label":"b"},"from":{"file":"train.csv","line":2,"label":"<i>"},"share":1}]}""",
        ]);
    }

    [Fact]
    public void Page_TextsThatLookLikeMarkup_ParsesAndShowsThem()
    {
        var page = XDocument.Parse(DataReportPage.Write(TwoFiles()));

        page.Root!.Name.ShouldBe("html");
        page.Descendants("b").ShouldBeEmpty();
        page.Descendants("i").ShouldBeEmpty();
        page.Descendants("td").Select(cell => cell.Value).ShouldContain("<b>好&");
        page.Descendants("text").Select(text => text.Value).ShouldContain("2 (66.7 %)");
        page.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix").Value.ShouldContain("1 exact0 near50.0 %");
        page.Descendants("li").Count().ShouldBe(TwoFiles().Findings.Count);
    }

    [Fact]
    public void Page_LongTexts_DrawsHistogramsWithTheLimitsThatCut()
    {
        var rows = Enumerable.Range(0, 300).Select(i => $"{SomeReport.Han(i % 200, 1 + i)},{i % 2}").ToArray();
        var page = XDocument.Parse(DataReportPage.Write(some.Of(some.Write("x.csv", ["text,label", .. rows]))));

        page.Descendants("svg").Count().ShouldBe(3); // labels, characters, tokens
        page.Descendants("text").Where(text => (string?)text.Attribute("class") == "limit-name").Select(text => text.Value).ShouldBe(["64", "96", "128", "192", "256"]);
        page.Descendants("rect").Count(bar => bar.Value.EndsWith(" rows", StringComparison.Ordinal)).ShouldBeGreaterThan(60);
        page.Descendants("th").Single(cell => cell.Value == "256").Parent!.Value.ShouldBe("2564615.3 %10812.4 %");
    }

    [Fact]
    public void Page_AnyReport_AsksForNothingFromElsewhere()
    {
        var page = DataReportPage.Write(TwoFiles());

        foreach (var reference in new[] { "://", "src=", "href=", "url(", "@import", "<script", "<link" })
        {
            page.ShouldNotContain(reference);
        }

        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldContain("@media print");
    }

    private DataReport TwoFiles() => some.Of(
        some.Write("train.csv", "text,label", "<b>好&,<i>", "坏\u0001,<i>", "好好,b"),
        some.Write("dev.csv", "text,label", "<b>好&,b", "坏坏,b"));

    private static string Compact(JsonNode node) =>
        System.Text.RegularExpressions.Regex.Replace(
            node.ToJsonString(new() { Encoder = Text.Corpora.PlainJsonEncoder.Instance }), "\"[^\"]*/(train|dev)\\.csv\"", "\"$1.csv\"");
}
