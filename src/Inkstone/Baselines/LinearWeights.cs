using System.Numerics;
using System.Runtime.InteropServices;

namespace Inkstone.Baselines;

/// <summary>A weight for each feature and class, and one for each class alone: logits are sums of them.</summary>
internal sealed class LinearWeights
{
    private readonly int stride;
    private readonly float[] weights;

    public LinearWeights(int features, int classes)
    {
        (Features, Classes, stride) = (features, classes, Stride(classes));
        weights = new float[checked((features + 1) * stride)];   // the last row is that of the classes alone
    }

    public int Features { get; }

    public int Classes { get; }

    /// <summary>Numbers that a feature takes, so that its classes fill whole vectors.</summary>
    public static int Stride(int classes) => (classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>The weights of a feature, a class each; those of the classes alone where the feature is <see cref="Features"/>.</summary>
    public Span<float> Of(int feature) => weights.AsSpan(feature * stride, Classes);

    /// <summary>Sums the weights of a text's features into <paramref name="logits"/>, which has <see cref="Stride"/> places.</summary>
    public void Logits(ReadOnlySpan<int> features, ReadOnlySpan<float> values, Span<float> logits)
    {
        weights.AsSpan(Features * stride, stride).CopyTo(logits);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (var index = 0; index < features.Length; index++)
        {
            var of = VectorsOf(features[index]);
            var value = new Vector<float>(values[index]);
            for (var part = 0; part < sums.Length; part++)
            {
                sums[part] += of[part] * value;
            }
        }
    }

    /// <summary>Moves the weights of a text's features, and those of the classes alone, by its values times <paramref name="direction"/>.</summary>
    public void Add(ReadOnlySpan<int> features, ReadOnlySpan<float> values, ReadOnlySpan<float> direction)
    {
        var steps = MemoryMarshal.Cast<float, Vector<float>>(direction);
        for (var index = 0; index <= features.Length; index++)
        {
            var of = VectorsOf(index < features.Length ? features[index] : Features);
            var value = new Vector<float>(index < features.Length ? values[index] : 1);
            for (var part = 0; part < steps.Length; part++)
            {
                of[part] += steps[part] * value;
            }
        }
    }

    private Span<Vector<float>> VectorsOf(int feature) => MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(feature * stride, stride));
}
