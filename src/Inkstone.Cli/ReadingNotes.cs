using Inkstone.Predicting;

namespace Inkstone.Cli;

/// <summary>What is to be known of texts that a model was asked about: how many it saw only in part, or not at all.</summary>
internal sealed class ReadingNotes
{
    private long texts;
    private long cut;
    private long empty;

    /// <param name="truncated">Whether the model saw only a part.</param>
    /// <param name="isEmpty">Whether nothing of it was left after cleaning.</param>
    public void Add(bool truncated, bool isEmpty)
    {
        texts++;
        cut += truncated ? 1 : 0;
        empty += isEmpty ? 1 : 0;
    }

    /// <summary>Counts what predictions say of their texts.</summary>
    public void Add(IEnumerable<Prediction> predictions)
    {
        foreach (var prediction in predictions)
        {
            Add(prediction.Truncated, string.IsNullOrWhiteSpace(prediction.CleanedText));
        }
    }

    /// <summary>A sentence for each thing that happened.</summary>
    public void Say(Terminal terminal)
    {
        foreach (var sentence in Sentences())
        {
            terminal.Note(sentence);
        }
    }

    private IEnumerable<string> Sentences()
    {
        if (cut > 0)
        {
            yield return FormattableString.Invariant($"{cut} of {texts} texts {(cut == 1 ? "is" : "are")} longer than the model reads, which saw only a part (--max-length, --set tokenizer.long_text=chunk and, of a model that reads chunks, --set tokenizer.max_chunks=null change how much).");
        }

        if (empty > 0)
        {
            yield return FormattableString.Invariant($"{empty} of {texts} texts {(empty == 1 ? "is" : "are")} empty after cleaning: what is said of {(empty == 1 ? "it" : "them")} comes from no word.");
        }
    }
}
