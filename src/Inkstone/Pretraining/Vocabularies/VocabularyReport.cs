using System.Globalization;

namespace Inkstone.Pretraining.Vocabularies;

/// <summary>What a vocabulary knows of the texts that it was made of.</summary>
/// <param name="Texts">How many texts.</param>
/// <param name="Characters">Characters of all texts, without white space.</param>
/// <param name="UnknownCharacters">How many of them become <c>[UNK]</c>, those of a word together.</param>
/// <param name="Alphabet">Different characters, those inside a word apart from those at its beginning.</param>
/// <param name="KnownAlphabet">How many of them the vocabulary has.</param>
/// <param name="Pieces">Tokens of several characters.</param>
/// <param name="Size">Tokens in all.</param>
public sealed record VocabularyReport(long Texts, long Characters, long UnknownCharacters, int Alphabet, int KnownAlphabet, int Pieces, int Size)
{
    /// <summary>Share of the text that becomes <c>[UNK]</c>, 0 to 1.</summary>
    public double UnknownShare => Characters == 0 ? 0 : (double)UnknownCharacters / Characters;

    /// <summary>The same in a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Size} tokens: {KnownAlphabet} of the {Alphabet} characters in {Texts} texts, {Pieces} longer pieces; {100 * UnknownShare:0.###} % of the text becomes [UNK].");
}
