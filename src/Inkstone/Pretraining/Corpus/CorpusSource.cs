using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Where texts come from.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="files">The files; empty for texts in memory.</param>
/// <param name="read">Reads the texts.</param>
internal sealed class CorpusSource(string name, IReadOnlyList<string> files, Func<ReadingFindings, IEnumerable<string>> read)
{
    public string Name => name;

    /// <summary>What reading them had to say.</summary>
    public ReadingFindings Findings { get; } = new();

    /// <summary>Looks for the files; nothing is read yet.</summary>
    /// <exception cref="InvalidDataFileException">A path leads nowhere.</exception>
    public static CorpusSource Of(IReadOnlyList<string> paths, PretrainingCorpusOptions options, CancellationToken stop)
    {
        var files = CorpusReader.Files(paths, options.Split);
        return new(string.Join(", ", paths), files, findings => Read(paths, options.Reading(stop), findings));
    }

    /// <summary>The texts, once.</summary>
    /// <exception cref="InvalidDataFileException">A file cannot be used as it is.</exception>
    public IEnumerable<string> Texts() => read(Findings);

    /// <summary>Names what is made of them; null where they may be others next time.</summary>
    public string? Key(WordPieceTokenizer tokenizer, PretrainingCorpusOptions options) => files.Count == 0 ? null : CorpusKey.Of(files, tokenizer, options);

    private static IEnumerable<string> Read(IReadOnlyList<string> paths, ReadOptions options, ReadingFindings findings) =>
        CorpusReader.Read(paths, options with { Opened = findings.Add, SetAside = findings.Add }).Select(row => row.Text);
}
