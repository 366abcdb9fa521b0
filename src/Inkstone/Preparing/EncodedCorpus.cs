using System.Globalization;
using Inkstone.Text.Chunking;
using Inkstone.Text.Corpora;
using Inkstone.Training;

namespace Inkstone.Preparing;

/// <summary>The rows of a run as ids, each split in its own list.</summary>
public sealed record EncodedCorpus(
    IReadOnlyList<LabeledDocument> Train, IReadOnlyList<LabeledDocument> Validation, IReadOnlyList<LabeledDocument> Test)
{
    /// <summary>Encodes every row, and says how much of the texts the model will not see.</summary>
    public static EncodedCorpus Encode(TrainingCorpus corpus, TextEncoder encoder, Action<string> notice)
    {
        var train = Encode(corpus.Train, corpus.Labels, encoder);
        var truncated = train.Count(row => row.Document.Truncated);
        if (truncated > 0)
        {
            var share = 100.0 * truncated / train.Count;
            notice(string.Create(
                CultureInfo.InvariantCulture,
                $"{truncated} of {train.Count} training texts ({share:0.0} %) are longer than tokenizer.max_length={encoder.Options.MaxLength} tokens and were cut (tokenizer.truncation_side)."));
        }

        return new(train, Encode(corpus.Validation, corpus.Labels, encoder), Encode(corpus.Test, corpus.Labels, encoder));
    }

    /// <summary>Encodes labelled rows in their order.</summary>
    public static IReadOnlyList<LabeledDocument> Encode(IReadOnlyList<Row> rows, LabelSet labels, TextEncoder encoder)
    {
        var documents = encoder.EncodeAll([.. rows.Select(row => (row.Text, row.TextPair))], Environment.ProcessorCount);
        return [.. rows.Select((row, index) => new LabeledDocument(row, documents[index], labels.IdOf(row)!.Value))];
    }
}
