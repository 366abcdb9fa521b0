using System.Globalization;

namespace Inkstone.Pretraining.Corpus;

/// <summary>What became of the texts.</summary>
public sealed record CorpusReport
{
    /// <summary>Texts read, the dropped ones included.</summary>
    public long Texts { get; init; }

    /// <summary>Texts that were dropped, because they had fewer than <see cref="PretrainingCorpus.LeastTokens"/> tokens that the vocabulary knows; empty ones included.</summary>
    public long TooShort { get; init; }

    /// <summary>Texts that were cut, because they had more tokens than a piece may.</summary>
    public long Cut { get; init; }

    /// <summary>Pieces: texts, and parts of those that were cut.</summary>
    public long Pieces { get; init; }

    /// <summary>Tokens of all pieces, without special ones around them.</summary>
    public long Tokens { get; init; }

    /// <summary>How many of them are <c>[UNK]</c>.</summary>
    public long UnknownTokens { get; init; }

    /// <summary>Records of the files that could not become texts.</summary>
    public long Unreadable { get; init; }

    /// <summary>Share of the tokens that are <c>[UNK]</c>, 0 to 1.</summary>
    public double UnknownShare => Tokens == 0 ? 0 : (double)UnknownTokens / Tokens;

    /// <summary>A sentence for each thing that the user should know: what was dropped, and how much is unknown where it is more than one token in a thousand.</summary>
    public IReadOnlyList<string> Notices()
    {
        var notices = new List<string>();
        if (TooShort > 0)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"{TooShort} of {Texts} texts were left out: they have fewer than {PretrainingCorpus.LeastTokens} tokens that the vocabulary knows."));
        }

        if (UnknownShare > 0.001)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * UnknownShare:0.0} % of the tokens are [UNK]: the vocabulary does not know what is written there."));
        }

        return notices;
    }
}
