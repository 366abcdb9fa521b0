using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Profiling;

/// <summary>What is wrong with data, and what will become of it in training.</summary>
/// <param name="Tokenizer">Where the vocabulary came from.</param>
/// <param name="VocabularySize">How many tokens it has.</param>
/// <param name="Files">One profile an input, in the inputs' order.</param>
/// <param name="Leaks">Every ordered pair of inputs.</param>
/// <param name="Findings">Worst first.</param>
public sealed record DataReport(
    string Tokenizer, int VocabularySize, IReadOnlyList<FileProfile> Files, IReadOnlyList<Leak> Leaks, IReadOnlyList<Finding> Findings)
{
    /// <summary>The input lengths whose loss is reported.</summary>
    public static IReadOnlyList<int> MaxLengths { get; } = [64, 96, 128, 192, 256, 384, 512];

    /// <summary>Reads all inputs and gathers everything. Rows stream; memory is some 15 bytes for each different text.</summary>
    /// <param name="inputs">At least one.</param>
    /// <param name="tokenizer">Counts tokens.</param>
    /// <param name="tokenizerName">What the report calls it.</param>
    /// <param name="options">Threads, progress; null for the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Corpora.InvalidDataFileException">A file cannot be read, or changed while it was.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static DataReport Of(
        IReadOnlyList<ReportInput> inputs, WordPieceTokenizer tokenizer, string tokenizerName, DataReportOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfZero(inputs.Count, nameof(inputs));
        options ??= new DataReportOptions();
        var windows = inputs.Count > 1 ? new WindowSets(inputs.Count, options.MaxWindows) : null;
        var counted = inputs.Select((input, index) => FileCounter.Count(input, index, tokenizer, windows, options, cancellation)).ToArray();
        FileProfile[] files = [.. counted.Select(file => file.ToProfile())];
        Leak[] leaks = windows is null ? [] : [.. counted.SelectMany(file => LeakSearch.Into(file, counted, windows, options, cancellation))];
        return new(tokenizerName, tokenizer.VocabularySize, files, leaks, Profiling.Findings.Of(files, leaks));
    }
}

/// <summary>How a report is computed.</summary>
public sealed record DataReportOptions
{
    /// <summary>Rows are counted side by side on so many threads. Default: one for each core.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The most 20-character windows to keep of all files together, some 10 bytes each; beyond it near leaks are estimated from a sample. Default 16.8 million.</summary>
    public long MaxWindows { get; init; } = 1 << 24;

    /// <summary>Told how many more rows were read, from time to time.</summary>
    public Action<int>? Progress { get; init; }
}
