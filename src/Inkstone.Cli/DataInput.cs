using Inkstone.Text.Corpora;

namespace Inkstone.Cli;

/// <summary>Data files, patterns and folders, or standard input where the name is a dash.</summary>
internal static class DataInput
{
    public static IEnumerable<Row> Read(string path, ReadOptions options) => Read([path], options);

    /// <summary>Reads the parts of one split.</summary>
    public static IEnumerable<Row> Read(IReadOnlyList<string> paths, ReadOptions options)
    {
        if (!paths.Contains("-"))
        {
            return CorpusReader.Read(paths, options);
        }

        return paths.Count == 1 && options.Split is null
            ? CorpusReader.Read(Console.OpenStandardInput(), "standard input", options with { Format = CorpusFormat.PlainText })
            : throw new WrongCallException("- is standard input, which is read alone and has no splits; write it to a file first.");
    }
}
