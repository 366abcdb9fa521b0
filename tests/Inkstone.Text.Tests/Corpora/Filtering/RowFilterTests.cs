using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Inkstone.Text.Corpora.Filtering;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Filtering;

public sealed class RowFilterTests : IDisposable
{
    private const string Table = "编号,text,label,评分,备注\n007,好,1,5,\n008,\"一般;--\",-1,3.5,x\n009,坏,0,,y\n";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("\"评分\" >= 4", "好")]
    [InlineData("评分 < 4", "一般;--")]
    [InlineData("\"评分\" IS NULL", "坏")]
    [InlineData("NOT (\"评分\" > 4)", "一般;--")]
    [InlineData("label = 1 OR label = 0", "好,坏")]
    [InlineData("label IN (-1)", "一般;--")]
    [InlineData("\"备注\" IS NULL", "好")]
    [InlineData("\"编号\" = '009'", "坏")]
    [InlineData("text LIKE '%;--'", "一般;--")]
    [InlineData("length(TEXT) = 1 -- short ones", "好,坏")]
    [InlineData("regexp_matches(text, '[好坏]') AND \"评分\" BETWEEN 1 AND 10", "好")]
    [InlineData("CASE WHEN \"备注\" = 'y' THEN true ELSE false END", "坏")]
    [InlineData("list_contains(list_transform([1, 2], lambda x: x + label), 3)", "好")]
    [InlineData("coalesce(CAST(\"评分\" AS INTEGER), 0) = 0", "坏")]
    [InlineData("1 = 1", "好,一般;--,坏")]
    [InlineData("false", "")]
    public void Read_WithCondition_KeepsTheRowsThatMeetIt(string where, string expected) =>
        string.Join(',', Read("a.csv", Table, where).Select(row => row.Text)).ShouldBe(expected);

    [Theory]
    [InlineData("a.jsonl", "{\"text\":\"好\",\"n\":1,\"who\":{\"age\":30}}\n{\"text\":\"坏\"}\n{\"text\":\"中\",\"n\":2.5,\"late\":true,\"who\":{\"age\":5}}\n")]
    [InlineData("a.json", "[{\"text\":\"好\",\"n\":1,\"who\":{\"age\":30}},{\"text\":\"坏\"},{\"text\":\"中\",\"n\":2.5,\"late\":true,\"who\":{\"age\":5}}]")]
    public void Read_JsonWithCondition_KnowsKindsMissingKeysAndNestedOnes(string name, string content)
    {
        Read(name, content, "n > 1").Select(row => row.Text).ShouldBe(["中"]);
        Read(name, content, "n IS NULL").Select(row => row.Text).ShouldBe(["坏"]);
        Read(name, content, "late").Select(row => row.Text).ShouldBe(["中"]);
        Read(name, content, "CAST(who->>'$.age' AS INTEGER) > 18").Select(row => row.Text).ShouldBe(["好"]);
    }

    [Theory]
    [InlineData("save_to_disk/train")]
    [InlineData("parquet/train-zstd.parquet")]
    [InlineData("json-train.jsonl")]
    public void Read_TablesWithCondition_SeeTheIdsThatTheFilesHold(string path)
    {
        var all = CorpusReader.Read(Repo.Golden("datasets", path)).ToList();

        var rows = CorpusReader.Read(Repo.Golden("datasets", path), new() { Where = "label = 1" }).ToList();

        rows.Select(row => (row.Line, row.Text, row.Label)).ShouldBe(all.Where(row => row.Label is "pos" or "1").Select(row => (row.Line, row.Text, row.Label)));
        rows.Count.ShouldBeInRange(1, all.Count - 1);
    }

    [Fact]
    public void Read_PlainTextWithCondition_HasTheColumnText() =>
        CorpusReader.Read(new MemoryStream("好\n不好\n"u8.ToArray()), "standard input", new() { Where = "text LIKE '不%'", Format = CorpusFormat.PlainText })
            .Select(row => (row.Text, row.Line)).ShouldBe([("不好", 2)]);

    [Fact]
    public void Read_StreamWithCondition_IsReadOnce() =>
        CorpusReader.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Table)), "a.csv", new() { Where = "\"评分\" > 4" }).Single().Text.ShouldBe("好");

    [Fact]
    public void Read_MoreRowsThanAChunk_KeepsOrderAndTypes()
    {
        string content = "text,n\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => FormattableString.Invariant($"t{i},{(i == 9_999 ? "0.5" : i)}\n")));

        Read("a.csv", content, "n % 1000 = 0 OR n < 1").Select(row => row.Text).ShouldBe([.. Enumerable.Range(0, 10).Select(i => $"t{i * 1000}"), "t9999"]);
    }

    [Theory]
    [InlineData("评分 >", "DuckDB finds a syntax error at end of input")]
    [InlineData("", "DuckDB finds a syntax error at end of input")]
    [InlineData("score > 3", "there is no column 'score'")]
    [InlineData("#row = 1", "DuckDB finds a syntax error")]
    [InlineData("\"#row\" = 1", "there is no column '#row'")]
    [InlineData("rowid = 1", "there is no column 'rowid'")]
    [InlineData("text > 3", "Binder Error")]
    [InlineData("CAST(text AS INTEGER) > 3", "Conversion Error")]
    [InlineData("nosuch(text)", "nosuch")]
    [InlineData("1=1) UNION SELECT 1 --", "DuckDB finds a syntax error")]
    [InlineData("1=1 UNION SELECT 1", "this is more than a condition")]
    [InlineData("1=1) OR (1=1", "DuckDB finds a syntax error")]
    [InlineData("1=1; COPY rows TO '/tmp/x'", "this is more than a condition")]
    [InlineData("1=1; SELECT 1", "this is more than a condition")]
    [InlineData("1=1;", "DuckDB finds a syntax error")]
    [InlineData("1=1 ORDER BY 1", "this is more than a condition")]
    [InlineData("1=1 LIMIT 1", "this is more than a condition")]
    [InlineData("1=1 GROUP BY ALL", "this is more than a condition")]
    [InlineData("1=1 QUALIFY true", "this is more than a condition")]
    [InlineData("1=1; ATTACH '/tmp/x'", "this is more than a condition")]
    [InlineData("1=1; PRAGMA version", "this is more than a condition")]
    [InlineData("1=1; INSTALL httpfs", "this is more than a condition")]
    [InlineData("1=1; SET enable_external_access=true", "this is more than a condition")]
    [InlineData("text IN (SELECT content FROM read_text('/etc/passwd'))", "it holds a query of its own")]
    [InlineData("EXISTS (FROM '/etc/passwd')", "it holds a query of its own")]
    [InlineData("(SELECT count(*) FROM rows) > 1", "it holds a query of its own")]
    [InlineData("count(*) > 1", "the function count_star looks at many rows")]
    [InlineData("max(label) = 1", "the function max looks at many rows")]
    [InlineData("row_number() OVER () = 1", "the window function row_number looks at other rows")]
    [InlineData("random() < 0.5", "the function random does not depend on the row alone")]
    [InlineData("now() IS NOT NULL", "the function now does not depend on the row alone")]
    [InlineData("current_setting('home_directory') = ''", "the function current_setting tells about the machine")]
    [InlineData("getenv('HOME') = ''", "the function getenv tells about the machine")]
    [InlineData("read_text('/etc/passwd') = ''", "the function read_text does not depend on the row alone")]
    [InlineData("label = ?", "it holds a parameter")]
    [InlineData("COLUMNS(*) IS NULL", "it holds a *")]
    public void Read_BadCondition_SaysWhyAndNamesTheColumns(string where, string problem)
    {
        var fault = Should.Throw<InvalidConditionException>(() => Read("a.csv", Table, where));

        fault.Problem.ShouldContain(problem);
        fault.Message.ShouldStartWith($"where {where}: ");
        fault.Message.ShouldContain("expected a SQL condition on the columns 编号, text, label, 评分, 备注.");
    }

    private List<Row> Read(string name, string content, string where) => [.. CorpusReader.Read(scratch.Write(name, content), new() { Where = where })];
}
