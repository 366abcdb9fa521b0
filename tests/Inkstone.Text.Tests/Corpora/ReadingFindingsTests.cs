using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public sealed class ReadingFindingsTests
{
    [Fact]
    public void Notices_FileOpenedTwiceAndRecordsOfTwoFiles_SaysEachThingOnce()
    {
        var heard = new List<SetAsideRecord>();
        var findings = new ReadingFindings(heard.Add);

        findings.Add(Opened("b.csv", "utf-8"));
        findings.Add(Opened("a.csv", "utf-8"));
        findings.Add(Opened("b.csv", "gb18030"));
        findings.Add(Opened("c.parquet", null) with { LabelNames = ["neg", "pos"] });
        findings.Add(new SetAsideRecord("a.csv", 3, "the byte 0xFF is no UTF-8"));
        findings.Add(new SetAsideRecord("a.csv", 9, "a quote is open"));
        findings.Add(new SetAsideRecord("b.csv", 2, "a quote is open"));

        findings.Notices().ShouldBe(
        [
            "b.csv: read as gb18030.",
            "a.csv: 2 records could not be read and were set aside; the first, in line 3: the byte 0xFF is no UTF-8.",
            "b.csv: 1 record could not be read and was set aside; the first, in line 2: a quote is open.",
        ]);
        findings.Unreadable.ShouldBe(3);
        findings.LabelNames.ShouldBe(["neg", "pos"]);
        heard.Count.ShouldBe(3);
    }

    private static OpenedFile Opened(string path, string? encoding) => new(path, CorpusFormat.Csv, encoding, ["text"], null);
}
