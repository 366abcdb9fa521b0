namespace Inkstone.Evaluating;

/// <summary>From logits to probabilities, in double precision and without overflow for logits of any size.</summary>
public static class Probabilities
{
    /// <summary>The probability of each class: <c>exp(z) / sum exp(z)</c>.</summary>
    /// <param name="logits">One finite number a class, at least one.</param>
    public static double[] Softmax(ReadOnlySpan<double> logits)
    {
        var probabilities = new double[logits.Length];
        var highest = logits[IndexOfHighest(logits)];
        var sum = 0.0;
        for (var id = 0; id < logits.Length; id++)
        {
            sum += probabilities[id] = Math.Exp(logits[id] - highest);
        }

        for (var id = 0; id < logits.Length; id++)
        {
            probabilities[id] /= sum;
        }

        return probabilities;
    }

    /// <inheritdoc cref="Softmax(ReadOnlySpan{double})"/>
    public static double[] Softmax(ReadOnlySpan<float> logits)
    {
        var widened = new double[logits.Length];
        for (var id = 0; id < logits.Length; id++)
        {
            widened[id] = logits[id];
        }

        return Softmax(widened);
    }

    /// <summary>The loss of one row, <c>log sum exp(z) - z[labelId]</c> in nats; finite even where the probability is 0 in double precision.</summary>
    /// <param name="logits">One finite number a class.</param>
    /// <param name="labelId">The true class.</param>
    public static double CrossEntropy(ReadOnlySpan<double> logits, int labelId)
    {
        var highest = logits[IndexOfHighest(logits)];
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return Math.Log(sum) + (highest - logits[labelId]);
    }

    /// <summary>The predicted class: the highest logit, the first of several that are equal.</summary>
    /// <param name="logits">One finite number a class, at least one.</param>
    public static int IndexOfHighest(ReadOnlySpan<double> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }
}
