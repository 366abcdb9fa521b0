using Inkstone.Checkpoints;
using Inkstone.Preparing;
using Inkstone.Pretraining.Corpus;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;

namespace Inkstone.Pretraining;

/// <summary>The texts of a run: files, or the training rows of a recipe, cleaned as it says, without those that it judges by.</summary>
internal sealed class PretrainTexts(PretrainOptions options, Recipe? recipe, Action<string> notice, TimeProvider time, CancellationToken stop)
{
    /// <summary>The texts of files as they are, for a vocabulary.</summary>
    /// <exception cref="InvalidDataFileException">One of them is a pipe: the ids would find it empty.</exception>
    public IEnumerable<string> Read()
    {
        if (options.Corpus.FirstOrDefault(path => new FileInfo(path).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) == true) is { } pipe)
        {
            throw new InvalidDataFileException(
                pipe, null, "this is a pipe, which can be read only once, but texts are read twice where a vocabulary is made of them", "a file", "Write its content to a file, or give a vocabulary with --vocab.");
        }

        return PretrainingCorpus.Texts(options.Corpus, options.CorpusOptions, stop);
    }

    /// <summary>The texts as ids. Yours to dispose.</summary>
    public PretrainingCorpus Encode(PretrainStart start)
    {
        if (recipe is null)
        {
            return PretrainingCorpus.Read(options.Corpus, start.Tokenizer, options.CorpusOptions, notice, stop);
        }

        using var rows = TrainingCorpus.Read(recipe, PretrainedFolder.Open(start.WeightsFolder!), EncodedCache.DefaultFolder(), notice, time, stop);
        return PretrainingCorpus.Of($"the training rows of {options.FromRecipe}", rows.TrainTexts(), start.Tokenizer, options.CorpusOptions, notice, stop);
    }
}
