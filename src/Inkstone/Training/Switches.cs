using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>Which of the recipe's switches are on that change how is trained: those that are off by default, countermeasures against imbalance aside.</summary>
internal static class Switches
{
    /// <summary>The sentence at the start of a run; null where all are off.</summary>
    public static string? Notice(Recipe recipe)
    {
        var (training, model, optimizer) = (recipe.Training, recipe.Model, recipe.Optimizer);
        var (epsilon, alpha) = (RecipeText.Show(training.AdversarialEpsilon), RecipeText.Show(training.AdversarialAlpha));
        (bool IsOn, string Sentence)[] switches =
        [
            (training.Adversarial == Adversarial.Fgm, $"training.adversarial=fgm (epsilon {epsilon}; a step takes two passes)"),
            (training.Adversarial == Adversarial.Pgd, $"training.adversarial=pgd (epsilon {epsilon}, alpha {alpha}; a step takes {RecipeText.Show(training.AdversarialSteps + 1)} passes)"),
            (training.RDrop > 0, $"training.r_drop={RecipeText.Show(training.RDrop)} (a step takes two passes)"),
            (training.EmaDecay is not null, $"training.ema_decay={RecipeText.Show(training.EmaDecay)} (best/ and last/ hold averaged weights)"),
            (training.SwaCheckpoints is not null, $"training.swa_checkpoints={RecipeText.Show(training.SwaCheckpoints)}"),
            (model.MultiSampleDropout > 1, $"model.multi_sample_dropout={RecipeText.Show(model.MultiSampleDropout)}"),
            (model.FreezeLayers > 0, $"model.freeze_layers={RecipeText.Show(model.FreezeLayers)}"),
            (optimizer.LayerWiseLrDecay < 1, $"optimizer.layer_wise_lr_decay={RecipeText.Show(optimizer.LayerWiseLrDecay)}"),
            (recipe.Loss.LabelSmoothing > 0, $"loss.label_smoothing={RecipeText.Show(recipe.Loss.LabelSmoothing)}"),
        ];
        string[] on = [.. switches.Where(one => one.IsOn).Select(one => one.Sentence)];
        return on.Length == 0 ? null : $"Switched on: {string.Join(", ", on)}.";
    }
}
