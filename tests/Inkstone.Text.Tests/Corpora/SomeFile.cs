using System.Text;
using Inkstone.Text.Corpora;
using Shouldly;

namespace Inkstone.Text.Tests.Corpora;

/// <summary>A data file in memory, read as if it stood on the disk under the given name.</summary>
internal static class SomeFile
{
    public static List<Row> Read(string name, string content, ReadOptions? options = null) =>
        Read(name, Encoding.UTF8.GetBytes(content), options);

    public static List<Row> Read(string name, byte[] content, ReadOptions? options = null) =>
        [.. CorpusReader.Read(new MemoryStream(content), name, options)];

    public static InvalidDataFileException Fault(string name, string content, ReadOptions? options = null) =>
        Should.Throw<InvalidDataFileException>(() => Read(name, content, options));

    public static InvalidDataFileException Fault(string name, byte[] content, ReadOptions? options = null) =>
        Should.Throw<InvalidDataFileException>(() => Read(name, content, options));

    public static Row Row(string text, string? label = null, string? pair = null, int line = 1) =>
        new() { Text = text, TextPair = pair, Label = label, File = "x.csv", Line = line };
}
