using Inkstone.Checkpoints;
using Inkstone.Preparing;
using Inkstone.Pretraining.Corpus;
using Inkstone.Recipes;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining;

/// <summary>The texts of a run: files, or the training rows of a recipe, cleaned as it says, without those that it judges by.</summary>
internal sealed class PretrainTexts(PretrainOptions options, Recipe? recipe, Action<string> notice, TimeProvider time, CancellationToken stop)
{
    /// <summary>The texts of files as they are, for a vocabulary.</summary>
    public IEnumerable<string> Read() => PretrainingCorpus.Texts(options.Corpus, options.CorpusOptions, stop);

    /// <summary>The texts as ids. Yours to dispose.</summary>
    public PretrainingCorpus Encode(WordPieceTokenizer tokenizer)
    {
        if (recipe is null)
        {
            return PretrainingCorpus.Read(options.Corpus, tokenizer, options.CorpusOptions, notice, stop);
        }

        using var rows = TrainingCorpus.Read(recipe, PretrainedFolder.Open(recipe.Model.NameOrPath), EncodedCache.DefaultFolder(), notice, time, stop);
        return PretrainingCorpus.Of($"the training rows of {options.FromRecipe}", rows.TrainTexts(), tokenizer, options.CorpusOptions, notice, stop);
    }
}
