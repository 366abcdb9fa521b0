using System.Globalization;
using Inkstone.Pretraining.Masks;
using Inkstone.Text.Corpora;

namespace Inkstone.Pretraining.Corpus;

/// <summary>How texts become what a language model is trained on.</summary>
public sealed record PretrainingCorpusOptions
{
    /// <summary>Most tokens of a piece, <c>[CLS]</c> and <c>[SEP]</c> included: longer texts are cut, at ends of sentences where there are some. Default 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>How many different texts are held out to judge the model by; never more than one in twenty. Default 2000.</summary>
    public int HeldOutTexts { get; init; } = 2000;

    /// <summary>Chooses the held-out texts, with nothing but their content: leave it, so that runs with different seeds compare. Default 0.</summary>
    public long HeldOutSeed { get; init; }

    /// <summary>Whether <see cref="MaskingUnit.WholeWord"/> will be asked for: words are looked up in ICU's dictionary, which takes longer. Default false.</summary>
    public bool WordMarks { get; init; }

    /// <summary>The column that holds the text; null or <c>auto</c> finds it by its usual names.</summary>
    public string? TextColumn { get; init; }

    /// <summary>Which split of a folder to read; null where it has only one.</summary>
    public string? Split { get; init; }

    /// <summary>How the bytes become texts; null tells it from the content.</summary>
    public CorpusFormat? Format { get; init; }

    /// <summary>Name of the text encoding; null or <c>auto</c> tells it from the bytes.</summary>
    public string? Encoding { get; init; }

    /// <summary>Threads that encode, beside the reading; what comes out never depends on it. Default: one for each processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where ids are kept; null for <c>corpora/</c> in <c>INKSTONE_CACHE</c>, else in <c>~/.cache/inkstone</c>, else for the folder of temporary files.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether ids stay for the next run, or go with this one. Default true.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>One sentence for each setting that cannot be; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(MaxLength is >= 8 and <= CorpusRecords.MostTokens, "max length", $"8 to {CorpusRecords.MostTokens}", MaxLength);
        Require(HeldOutTexts >= 0, "number of held-out texts", "0 or more", HeldOutTexts);
        Require(Threads >= 0, "number of threads", "0 or more", Threads);
        return problems;

        void Require(bool holds, string what, string rule, int value)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"the {what} must be {rule}, but is {value}."));
            }
        }
    }

    /// <summary>The same as the readers take it.</summary>
    internal ReadOptions Reading(CancellationToken stop) => new()
    {
        TextColumn = TextColumn, Split = Split, Format = Format, Encoding = Encoding, Labels = LabelUse.Ignored, Stop = stop,
    };
}
