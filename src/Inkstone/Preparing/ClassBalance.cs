using System.Globalization;
using Inkstone.Batching;
using Inkstone.Recipes;

namespace Inkstone.Preparing;

/// <summary>How many training rows each class has, and what the recipe does about it.</summary>
internal sealed class ClassBalance
{
    private const int MostShown = 12;

    private readonly IReadOnlyList<string> labelNames;

    public ClassBalance(EncodedRows train, IReadOnlyList<string> labelNames)
    {
        this.labelNames = labelNames;
        var counts = new int[labelNames.Count];
        foreach (var id in train.LabelIds)
        {
            counts[id]++;
        }

        Counts = counts;
    }

    /// <summary>Training rows of each class, in the order of their ids.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Weights that follow the counts need a row of each class: one without would weigh nothing, and be learnt by nobody.</summary>
    /// <exception cref="RecipeException">A class has no training row, and the recipe weighs classes by their rows.</exception>
    public void ThrowUnlessWeighable(ClassWeights weights)
    {
        if (weights.Weighting is not (ClassWeighting.Balanced or ClassWeighting.Effective))
        {
            return;
        }

        string[] missing = [.. labelNames.Where((_, id) => Counts[id] == 0)];
        if (missing.Length > 0)
        {
            throw new RecipeException([new(
                null,
                "loss.class_weights",
                $"loss.class_weights={RecipeText.Show(weights)} needs a training row of each class, but there is none of {string.Join(", ", missing.Take(MostShown))}; "
                    + "add rows, leave the class out of data.label_names, or list the weights.")]);
        }
    }

    /// <summary>The sentence at the start of a run: class counts, and every countermeasure that is on.</summary>
    public string Notice(Recipe recipe)
    {
        var counts = labelNames.Select((name, id) => string.Create(CultureInfo.InvariantCulture, $"{name} {Counts[id]}")).ToArray();
        var shown = counts.Length > MostShown
            ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", counts.Take(MostShown))} and {counts.Length - MostShown} more classes")
            : string.Join(", ", counts);
        return $"Training rows: {shown}. Against imbalance: {Measures(recipe)}.";
    }

    /// <summary>Whether the recipe does something for rare classes already.</summary>
    public static bool HasCountermeasure(Recipe recipe) => MeasuresOf(recipe).Count > 0;

    private static string Measures(Recipe recipe) => MeasuresOf(recipe) switch
    {
        [] => "nothing",
        [var only] => only,
        var several => $"{string.Join(", ", several)}; they add up, and one is usually enough",
    };

    private static List<string> MeasuresOf(Recipe recipe)
    {
        var (loss, sampler) = (recipe.Loss, recipe.Training.Sampler);
        var measures = new List<string>();
        if (loss.ClassWeights.Weighting != ClassWeighting.None)
        {
            measures.Add($"loss.class_weights={RecipeText.Show(loss.ClassWeights)}");
        }

        if (loss.Name == LossName.Focal)
        {
            measures.Add($"loss.name=focal (gamma {RecipeText.Show(loss.Gamma)})");
        }

        if (loss.Name == LossName.LogitAdjusted)
        {
            measures.Add($"loss.name=logit_adjusted (tau {RecipeText.Show(loss.Tau)})");
        }

        if (loss.AdjustAtInference)
        {
            measures.Add($"loss.adjust_at_inference (tau {RecipeText.Show(loss.Tau)})");
        }

        if (sampler != Sampler.Random)
        {
            measures.Add($"training.sampler={RecipeText.Show(sampler)}");
        }

        return measures;
    }
}
