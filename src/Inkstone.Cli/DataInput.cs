using Inkstone.Text.Corpora;

namespace Inkstone.Cli;

/// <summary>A data file, or standard input where the name is a dash.</summary>
internal static class DataInput
{
    public static IEnumerable<Row> Read(string path, ReadOptions options) => path == "-"
        ? CorpusReader.Read(Console.OpenStandardInput(), "standard input", options with { Format = CorpusFormat.PlainText })
        : CorpusReader.Read(path, options);
}
