using Inkstone.Batching;

namespace Inkstone.Baselines;

/// <summary>
/// Multinomial logistic regression with an L2 penalty, solved in its dual: each row has a distribution over the classes, and the weights are the
/// sum over the rows of <c>C · weight · (label − distribution) · features</c>. A row's turn moves its distribution towards what the weights say of it,
/// as far as the dual improves.
/// </summary>
/// <remarks>
/// Minimises <c>|W|² / 2 + C · Σ weight · cross-entropy</c>; the bias is a feature that is always 1. Yu, Huang and Lin 2011 (doi:10.1007/s10994-010-5221-8);
/// the step along one direction is that of Shalev-Shwartz and Zhang 2013 (arXiv:1209.1873), with an exact line search. One thread, deterministic.
/// </remarks>
internal sealed class LogisticRegression
{
    private const double LeastProbability = 1e-12;
    private const int LineSearchSteps = 12;

    private readonly FeatureRows rows;
    private readonly BaselineOptions options;
    private readonly double[] rowWeights;
    private readonly int classes;
    private readonly LinearWeights weights;
    private readonly float[] distributions;   // a row's after another's, [rows, classes]
    private readonly float[] values;
    private readonly float[] logits;
    private readonly float[] step;
    private readonly double[] direction;
    private readonly double[] predicted;

    private LogisticRegression(FeatureRows rows, int features, IReadOnlyList<double> classWeights, BaselineOptions options)
    {
        (this.rows, this.options, classes) = (rows, options, classWeights.Count);
        rowWeights = [.. rows.LabelIds.Select(id => classWeights[id])];
        weights = new(features, classes);
        distributions = new float[checked(rows.Count * classes)];
        values = new float[rows.Longest];
        logits = new float[LinearWeights.Stride(classes)];
        step = new float[logits.Length];
        direction = new double[classes];
        predicted = new double[classes];
        for (var row = 0; row < rows.Count; row++)
        {
            distributions[(row * classes) + rows.LabelIds[row]] = 1;   // as if every row were right: the weights are then 0
        }
    }

    /// <summary>Learns.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="features">How many features there are.</param>
    /// <param name="classWeights">What a row of each class counts; 1 on average over the rows keeps <see cref="BaselineOptions.C"/>'s meaning.</param>
    /// <param name="options">Penalty, passes, seed.</param>
    /// <param name="stop">Asked in every pass.</param>
    public static LinearWeights Fit(FeatureRows rows, int features, IReadOnlyList<double> classWeights, BaselineOptions options, CancellationToken stop)
    {
        var regression = new LogisticRegression(rows, features, classWeights, options);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        for (var epoch = 0; epoch < options.MaxEpochs; epoch++)
        {
            stop.ThrowIfCancellationRequested();
            new SeededRandom(options.Seed, epoch).Shuffle(order.AsSpan());
            var moved = order.Sum(regression.Move);
            if (moved <= options.Tolerance * rows.Count)
            {
                break;
            }
        }

        return regression.weights;
    }

    /// <summary>A row's turn. Returns half of the distance between its distribution and what the weights said of it: 0 where they agree, 1 at most.</summary>
    private double Move(int row)
    {
        var price = options.C * rowWeights[row];
        if (price == 0)
        {
            return 0;
        }

        var features = rows.Features(row);
        var own = values.AsSpan(0, features.Length);
        rows.Values(row, own);
        weights.Logits(features, own, logits);
        Softmax();

        var distribution = distributions.AsSpan(row * classes, classes);
        var (distance, squared) = (0.0, 0.0);
        for (var id = 0; id < classes; id++)
        {
            direction[id] = predicted[id] - distribution[id];
            distance += Math.Abs(direction[id]);
            squared += direction[id] * direction[id];
        }

        if (distance < 1e-4)
        {
            return distance / 2;
        }

        var curvature = price * (rows.IsEmpty(row) ? 1 : 2) * squared;   // of the weights; text and bias have length 1 each
        var share = LineSearch(distribution, curvature);
        for (var id = 0; id < classes; id++)
        {
            distribution[id] += (float)(share * direction[id]);
            step[id] = (float)(-price * share * direction[id]);
        }

        weights.Add(features, own, step);
        return distance / 2;
    }

    /// <summary>How far to go, 0 to 1: where the dual's derivative along the direction is 0; Newton's method, held between two ends.</summary>
    private double LineSearch(ReadOnlySpan<float> distribution, double curvature)
    {
        var (low, high, share) = (0.0, 1.0, 0.5);
        for (var attempt = 0; attempt < LineSearchSteps; attempt++)
        {
            var (slope, change) = (share * curvature, curvature);
            for (var id = 0; id < classes; id++)
            {
                var probability = Math.Max(distribution[id] + (share * direction[id]), LeastProbability);
                slope += direction[id] * (Math.Log(probability) - logits[id]);
                change += direction[id] * direction[id] / probability;
            }

            (low, high) = slope < 0 ? (share, high) : (low, share);
            var next = share - (slope / change);
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.Abs(next - share) < 1e-3)
            {
                return next;
            }

            share = next;
        }

        return share;
    }

    private void Softmax()
    {
        var highest = double.NegativeInfinity;
        for (var id = 0; id < classes; id++)
        {
            highest = Math.Max(highest, logits[id]);
        }

        var sum = 0.0;
        for (var id = 0; id < classes; id++)
        {
            sum += predicted[id] = Math.Exp(logits[id] - highest);
        }

        for (var id = 0; id < classes; id++)
        {
            predicted[id] /= sum;
        }
    }
}
