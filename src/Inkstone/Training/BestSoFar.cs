using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>Remembers the best evaluation, and for how long none was better.</summary>
internal sealed class BestSoFar(TrainingOptions options)
{
    private int evaluationsWithoutGain;
    private double? value;

    /// <summary>Name of the metric, once one was seen.</summary>
    public string? Metric => Value is null ? null : options.MetricForBestModel;

    public double? Value => value;

    /// <summary>True after <c>early_stopping_patience</c> evaluations in a row without gain.</summary>
    public bool HasStoppedImproving => options.EarlyStoppingPatience is { } patience && evaluationsWithoutGain >= patience;

    /// <summary>
    /// Takes an evaluation into account; says whether it is the best so far. Where the metric does not exist (a class without
    /// rows has no ROC-AUC), the evaluation counts neither as gain nor as standstill.
    /// </summary>
    public bool Take(ClassificationMetrics metrics)
    {
        if (metrics.Named(options.MetricForBestModel) is not { } measured)
        {
            return false;
        }

        var isBetter = MetricName.IsBetter(options.MetricForBestModel, measured, value);
        evaluationsWithoutGain = isBetter ? 0 : evaluationsWithoutGain + 1;
        value = isBetter ? measured : value;
        return isBetter;
    }

    /// <summary>The best checkpoint is lost: the next evaluation is the best again.</summary>
    public void Forget() => value = null;

    public void Keep(TrainingState state)
    {
        state.Keep("best_value", ref value);
        state.Keep("evaluations_without_gain", ref evaluationsWithoutGain);
    }

    public string WhyStopped(long step) => string.Create(
        CultureInfo.InvariantCulture,
        $"Stopped early after step {step}: {options.MetricForBestModel} was not better than {Value:0.0000} in {evaluationsWithoutGain} evaluations (training.early_stopping_patience).");
}
