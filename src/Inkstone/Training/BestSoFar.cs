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

    /// <summary>What became of the mean of checkpoints, and why.</summary>
    /// <param name="metric">Name of the metric that decides.</param>
    /// <param name="mean">What the mean came to.</param>
    /// <param name="before">The best before it.</param>
    /// <param name="isKept">Whether the mean is the best now.</param>
    public static string WhatBecameOfMean(string metric, ClassificationMetrics mean, double? before, bool isKept)
    {
        var (now, then) = (Shown(mean.Named(metric)), Shown(before));
        return isKept ? $"The mean is the best now and stands in best/: {metric} {now}, before it {then}."
            : $"The mean is not kept: its {metric} is {now}, and best/ has {then}.";

        static string Shown(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "unknown";
    }

    public string WhyStopped(long step) => string.Create(
        CultureInfo.InvariantCulture,
        $"Stopped early after step {step}: {options.MetricForBestModel} was not better than {Value:0.0000} in {evaluationsWithoutGain} evaluations (training.early_stopping_patience).");
}
