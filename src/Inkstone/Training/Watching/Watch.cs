using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tracking;

namespace Inkstone.Training.Watching;

/// <summary>Looks over a run's shoulder: each rule speaks once, and says what to do.</summary>
internal sealed class Watch : IRunObserver
{
    private readonly Action<string> warn;
    private readonly List<IWatchRule> rules;

    /// <param name="warn">Told each warning.</param>
    /// <param name="rules">Asked in this order; null for one that does not apply.</param>
    public Watch(Action<string> warn, params IEnumerable<IWatchRule?> rules)
    {
        this.warn = warn;
        this.rules = [.. rules.OfType<IWatchRule>()];
        Ask(rule => rule.AtStart());
    }

    /// <summary>All rules, for a run of this recipe.</summary>
    /// <param name="recipe">What is done.</param>
    /// <param name="hiddenSize">Width of the encoder.</param>
    /// <param name="validationRows">Rows to choose by; 0 for none.</param>
    /// <param name="attentionPads">Whether attention lays its batches out as rectangles; elsewhere no padding is computed.</param>
    /// <param name="warn">Told each warning.</param>
    public static Watch Over(Recipe recipe, int hiddenSize, int validationRows, bool attentionPads, Action<string> warn) => new(
        warn,
        new UnusualLearningRate(recipe.Optimizer.LearningRate, hiddenSize),
        new FewValidationRows(recipe.Training.EvalStrategy == IntervalStrategy.No ? null : validationRows),
        new OnePredictedClass(ClassBalance.HasCountermeasure(recipe)),
        attentionPads ? new MuchPadding() : null);

    /// <inheritdoc/>
    public void Notice(string message)
    {
    }

    /// <inheritdoc/>
    public void StepDone(StepRecord record) => Ask(rule => rule.After(record));

    /// <inheritdoc/>
    public void StepLogged(StepRecord record)
    {
    }

    /// <inheritdoc/>
    public void EvaluationProgress(string split, int done, int total)
    {
    }

    /// <inheritdoc/>
    public void Evaluated(EvaluationRecord record) => Ask(rule => rule.After(record));

    private void Ask(Func<IWatchRule, string?> question) => rules.RemoveAll(rule =>
    {
        if (question(rule) is not { } sentence)
        {
            return false;
        }

        warn(sentence);
        return true;
    });
}
