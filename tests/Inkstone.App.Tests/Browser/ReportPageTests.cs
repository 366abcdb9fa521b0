using System.Globalization;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Reporting;
using Inkstone.Reporting.Sweeps;
using Inkstone.Tests.Support;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Browsing;

/// <summary>The report in a real browser.</summary>
public sealed class ReportPageTests : IDisposable
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Page_CellOfTheMatrix_ShowsItsRows()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "fair", "good"], SampleRun.Rows(80, 3)));

        await page.Locator("#matrix button[data-true='0'][data-predicted='1']").ClickAsync();

        var expected = SampleRun.Rows(80, 3).Count(row => row.LabelId == 0 && row.Predicted == 1);
        expected.ShouldBeGreaterThan(1);
        (await page.Locator("article.row").CountAsync()).ShouldBe(expected);
        (await page.Locator("#found").TextContentAsync()).ShouldBe($"{expected} of 80 rows");
        foreach (var verdict in await page.Locator("article.row .verdict").AllTextContentsAsync())
        {
            verdict.ShouldStartWith("bad → fair");
        }

        (await page.Locator("#filter-true").InputValueAsync()).ShouldBe("0");
        (await page.Locator("#filter-predicted").InputValueAsync()).ShouldBe("1");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_MarkupInTextsAndLabels_ShowsAsText()
    {
        await using var browser = await Browser.Start();
        string[] labels = [Script, "it's \"good\", 好", "</script>"];
        var page = await browser.Open(Report(labels, SampleRun.Rows(40, 3, number => $"{Script} </script> {number}")));

        await DrawAll(page);

        (await page.Locator("article.row .text").First.TextContentAsync()).ShouldStartWith(Script);
        (await page.Locator("#classes tbody th").AllTextContentsAsync()).ShouldContain(Script);
        (await page.Locator("img").CountAsync()).ShouldBe(0);
        (await page.Locator("details li").First.TextContentAsync()).ShouldBe("a notice with <b>marks</b>");
        browser.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Page_WideDarkOrOnAPhone_DrawsEveryChartAndFits(int width, ColorScheme scheme)
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "good"], SampleRun.Rows(60, 2)), width, scheme);

        await DrawAll(page);

        (await page.Locator(".chart").CountAsync()).ShouldBe(8);
        (await page.Locator(".chart svg path").CountAsync()).ShouldBeGreaterThan(8 * 5);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, "the page scrolls sideways");
        var ground = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        ground.ShouldBe(scheme == ColorScheme.Dark ? "rgb(22, 24, 27)" : "rgb(251, 250, 247)");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_Language_FollowsTheReaderAndTheSwitch()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "good"], SampleRun.Rows(60, 2)), locale: "zh-CN");
        (await page.Locator("h2").First.TextContentAsync()).ShouldBe("结果");

        await page.Locator("#language").ClickAsync();
        await page.Locator("#theme").ClickAsync();

        (await page.Locator("h2").First.TextContentAsync()).ShouldBe("Result");
        (await page.EvaluateAsync<string>("document.documentElement.lang + document.documentElement.dataset.theme")).ShouldBe("endark");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_BothLanguages_HaveTheSameWords()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "good"], SampleRun.Rows(8, 2)));
        var words = await File.ReadAllTextAsync(Path.Combine(Repo.Root, "src", "Inkstone", "Reporting", "Html", "page", "words.js"), TestContext.Current.CancellationToken);

        // The page's own policy forbids foreign scripts, so the words are read on an empty one.
        await page.GotoAsync("about:blank");
        browser.Complaints.Clear();
        var different = await page.EvaluateAsync<string[]>($"() => {{ {words}; return Object.keys(words.en).filter(word => typeof words.en[word] !== typeof words.zh[word]).concat(Object.keys(words.zh).filter(word => !(word in words.en))); }}");

        different.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_RunThatJudgedNothing_SaysSo()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "good"], []));

        await DrawAll(page);

        (await page.Locator("#headline").TextContentAsync()).ShouldNotBeNull().ShouldContain("Nothing was judged");
        (await page.Locator("#rows").CountAsync()).ShouldBe(0);
        browser.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Page_OneClassOrOneRow_ShowsWhatExists(int rows)
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(Report(["bad", "good"], [.. Enumerable.Range(0, rows).Select(number => SampleRun.Row($"好 {number}", 1, 1, 2))]));

        await DrawAll(page);

        (await page.Locator("#metric-accuracy").TextContentAsync()).ShouldBe("1.000");
        (await page.Locator("#metric-roc_auc_ovr_macro").TextContentAsync()).ShouldBe("–");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_AThousandClasses_ShowsTheMostConfused()
    {
        await using var browser = await Browser.Start();
        string[] labels = [.. Enumerable.Range(0, 1000).Select(id => string.Create(CultureInfo.InvariantCulture, $"类别 {id}"))];
        var report = Report(labels, SampleRun.Rows(3000, 1000));
        new FileInfo(report).Length.ShouldBeLessThan(15_000_000);
        var page = await browser.Open(report);

        await DrawAll(page);

        (await page.Locator("#matrix tbody tr").CountAsync()).ShouldBe(40);
        (await page.Locator("#matrix").TextContentAsync()).ShouldNotBeNull().ShouldContain("960 further classes");
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_TenThousandRows_StaysLightAndFilters()
    {
        await using var browser = await Browser.Start();
        var report = Report(["bad", "good"], SampleRun.Rows(10_000, 2, number => string.Concat(Enumerable.Repeat("这家店的东西不错，但是物流太慢了。", 8)) + number));
        new FileInfo(report).Length.ShouldBeLessThan(15_000_000);
        var page = await browser.Open(report);

        await page.GetByRole(AriaRole.Button, new() { Name = "all", Exact = true }).ClickAsync();
        await page.Locator("input[type=search]").FillAsync("了。1234");

        (await page.Locator("#found").TextContentAsync()).ShouldBe("1 of 10\u202f000 rows");
        (await page.Locator("article.row").CountAsync()).ShouldBe(1);
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_ExplanationsBesideTheEvaluation_HighlightTheirTexts()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(ReportWithExplanations());

        await page.GetByRole(AriaRole.Button, new() { Name = "grad_x_input" }).ClickAsync();

        (await page.Locator("article.row mark.for").AllTextContentsAsync()).ShouldBe(["😀", "好"]);
        (await page.Locator("article.row mark.against").AllTextContentsAsync()).ShouldBe(["吗"]);
        (await page.Locator("article.row .text").First.TextContentAsync()).ShouldBe("😀好吗");
        browser.Complaints.ShouldBeEmpty();
    }

    private string Report(IReadOnlyList<string> labels, IReadOnlyList<JudgedRow> rows)
    {
        var run = SampleRun.Write(scratch.Of("run"), labels, rows);
        RunReport.Write(run, TimeProvider.System, _ => { });
        return Path.Combine(run, "report.html");
    }

    [Fact]
    public async Task SweepPage_Settings_AreDrawnAndLeadToTheirRuns()
    {
        await using var browser = await Browser.Start();
        var page = await browser.Open(SweepOfTwoHeads());

        await DrawAll(page);

        (await page.Locator("#settings tbody tr").CountAsync()).ShouldBe(2);
        (await page.Locator("#settings .chart svg path").CountAsync()).ShouldBeGreaterThan(6);
        (await page.Locator("#differences li").First.TextContentAsync()).ShouldNotBeNull().ShouldContain("2 runs each");
        var link = await page.Locator("#settings a").First.GetAttributeAsync("href");
        File.Exists(scratch.Of("sweep", Uri.UnescapeDataString(link!))).ShouldBeTrue();
        browser.Complaints.ShouldBeEmpty();
    }

    private string SweepOfTwoHeads()
    {
        var folders = new List<string>();
        foreach (var (pooling, seed, rows) in new[] { (Pooling.Cls, 1, 40), (Pooling.Cls, 2, 41), (Pooling.Mean, 1, 43), (Pooling.Mean, 2, 46) })
        {
            var recipe = new Recipe { Data = new() { TrainFile = "/data/train.csv" }, Model = new() { Pooling = pooling }, Training = new() { Seed = seed } };
            folders.Add(SampleRun.Write(scratch.Of("sweep", $"pooling={pooling}", $"seed-{seed}"), ["bad", "good"], SampleRun.Rows(rows, 2), recipe));
            RunReport.Write(folders[^1], TimeProvider.System, _ => { });
        }

        SweepReport.Write(scratch.Of("sweep"), folders, ["model.pooling"], TimeProvider.System);
        return scratch.Of("sweep", "report.html");
    }

    private string ReportWithExplanations()
    {
        var run = SampleRun.Write(scratch.Of("run"), ["bad", "good"], [SampleRun.Row("😀好吗", 0, 1, 2), SampleRun.Row("差", 0, 0, 2)]);
        File.WriteAllText(Path.Combine(run, "evaluation", "explanations.json"), """
            [{"text": "😀好吗", "label": "good", "method": "grad_x_input", "tokens": ["[CLS]", "😀", "好", "吗", "[SEP]"], "input_ids": [1, 2, 3, 4, 5],
              "offsets": [[0, 0], [0, 1], [1, 2], [2, 3], [0, 0]], "scores": [0.1, 0.2, 0.8, -0.4, 0.0], "logits": [0, 2]}]
            """);
        RunReport.Write(run, TimeProvider.System, _ => { });
        return Path.Combine(run, "report.html");
    }

    /// <summary>Charts wait until they come near the screen; before printing all are drawn.</summary>
    private static Task DrawAll(IPage page) => page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
}
