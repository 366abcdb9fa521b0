namespace Inkstone.Evaluating;

/// <summary>The numbers of an evaluation that can choose the best checkpoint, under their names in <c>metrics.json</c>.</summary>
public static class MetricName
{
    /// <summary>Mean F1 of the classes, each counting the same.</summary>
    public const string F1Macro = "f1_macro";

    /// <summary>Mean loss of the rows; the only one of which less is better.</summary>
    public const string Loss = "loss";

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        F1Macro, "f1_micro", "f1_weighted", "accuracy", "balanced_accuracy", "precision_macro", "recall_macro",
        "mcc", "kappa", "roc_auc_ovr_macro", "pr_auc_ovr_macro", Loss,
    ];

    /// <summary>The name that was meant by one that is none, Hugging Face's <c>eval_</c> before it included; null where nobody can tell.</summary>
    public static string? Nearest(string name)
    {
        var bare = name.StartsWith("eval_", StringComparison.Ordinal) ? name["eval_".Length..] : name;
        return All.Contains(bare) ? bare : bare is "f1" or "macro_f1" ? F1Macro : Recipes.NearestName.Of(bare, All);
    }

    /// <summary>Whether <paramref name="value"/> beats <paramref name="best"/> so far; a number always beats none, and no number beats anything.</summary>
    public static bool IsBetter(string name, double? value, double? best) =>
        value is { } now && !double.IsNaN(now) && (best is not { } before || (name == Loss ? now < before : now > before));
}
