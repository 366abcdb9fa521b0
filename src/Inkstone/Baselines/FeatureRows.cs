using System.Runtime.InteropServices;

namespace Inkstone.Baselines;

/// <summary>Many texts as features, one behind the other: five bytes a feature of a text.</summary>
internal sealed class FeatureRows
{
    private static readonly float[] Sublinear = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(count => count == 0 ? 0 : (float)(1 + Math.Log(count)))];

    private readonly NgramVocabulary vocabulary;
    private readonly List<int> features;
    private readonly List<byte> counts;
    private readonly List<int> starts = [0];
    private readonly List<float> scales = [];
    private readonly List<int> labelIds = [];

    /// <param name="vocabulary">What the features are.</param>
    /// <param name="entries">About how many features all texts together have.</param>
    public FeatureRows(NgramVocabulary vocabulary, int entries) => (this.vocabulary, features, counts) = (vocabulary, new(entries), new(entries));

    /// <summary>How many texts.</summary>
    public int Count => labelIds.Count;

    /// <summary>The class of each.</summary>
    public IReadOnlyList<int> LabelIds => labelIds;

    /// <summary>Adds a text.</summary>
    public void Add((int Feature, byte Count)[] row, int labelId)
    {
        foreach (var (feature, count) in row)
        {
            features.Add(feature);
            counts.Add(count);
        }

        starts.Add(features.Count);
        scales.Add(ScaleOf(row));
        labelIds.Add(labelId);
    }

    /// <summary>Whether a text has any feature: its squared length is then 1, else 0.</summary>
    public bool IsEmpty(int row) => starts[row] == starts[row + 1];

    /// <summary>The features of a text.</summary>
    public ReadOnlySpan<int> Features(int row) => CollectionsMarshal.AsSpan(features)[starts[row]..starts[row + 1]];

    /// <summary>What each feature of a text weighs: <c>(1 + ln count) · idf</c>, scaled to unit length.</summary>
    public void Values(int row, Span<float> values)
    {
        var ids = Features(row);
        var of = CollectionsMarshal.AsSpan(counts)[starts[row]..starts[row + 1]];
        var (scale, rarity) = (scales[row], vocabulary.InverseDocumentFrequencies);
        for (var index = 0; index < ids.Length; index++)
        {
            values[index] = Sublinear[of[index]] * rarity[ids[index]] * scale;
        }
    }

    /// <summary>The longest text's number of features.</summary>
    public int Longest => Enumerable.Range(0, Count).Select(row => starts[row + 1] - starts[row]).DefaultIfEmpty().Max();

    private float ScaleOf((int Feature, byte Count)[] row)
    {
        var sum = 0.0;
        foreach (var (feature, count) in row)
        {
            double value = Sublinear[count] * vocabulary.InverseDocumentFrequencies[feature];
            sum += value * value;
        }

        return sum > 0 ? (float)(1 / Math.Sqrt(sum)) : 0;
    }
}
