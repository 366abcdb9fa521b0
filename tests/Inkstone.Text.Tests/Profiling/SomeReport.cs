using Xunit;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Tests.Profiling;

/// <summary>Reports on files of a test's own, counted with a vocabulary of 500 ideographs from U+4E00 and a few tokens more.</summary>
internal sealed class SomeReport : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("inkstone-report-").FullName;

    public static WordPieceTokenizer Tokenizer { get; } = new(Vocabulary.FromTokens(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "好", "坏", "a", "##b", .. Han(0, 500).Select(c => c.ToString())]));

    /// <summary>Different ideographs in a row.</summary>
    public static string Han(int start, int count) => string.Concat(Enumerable.Range(0x4E00 + start, count).Select(c => (char)c));

    public string Write(string name, params string[] lines)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    public DataReport Of(params string[] paths) => Of(new DataReportOptions { Threads = 2 }, null, paths);

    public DataReport Of(DataReportOptions options, ReadOptions? read, params string[] paths) =>
        DataReport.Of(ReportInput.Of(paths.Select(path => Path.Combine(folder, path)), read ?? new ReadOptions()), Tokenizer, "a vocabulary", options, TestContext.Current.CancellationToken);

    /// <summary>A report on one csv file with the columns text and label.</summary>
    public FileProfile OfRows(params string[] rows) => Of(Write("some.csv", ["text,label", .. rows])).Files[0];

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
