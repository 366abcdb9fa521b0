using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Torch.Serialization;

namespace Inkstone.Evaluating;

/// <summary>A number by which logits are divided so that their softmax means what it says; what is predicted stays the same.</summary>
/// <param name="Value">Above 1 where the classifier is too sure of itself.</param>
/// <param name="FittedOn">The rows' name: <c>validation</c>.</param>
/// <param name="Rows">How many they were.</param>
/// <param name="LossBefore">Their mean cross-entropy with the logits as they are.</param>
/// <param name="LossAfter">With the logits divided.</param>
/// <remarks>Guo et al. 2017, section 4.2 (arXiv:1706.04599).</remarks>
public sealed record Temperature(double Value, string FittedOn, int Rows, double LossBefore, double LossAfter)
{
    /// <summary>Name of the file in a checkpoint folder; Hugging Face's tools pass over it.</summary>
    public const string FileName = "temperature.json";

    private const double Lowest = 0.05, Highest = 20;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>The temperature at which the rows' cross-entropy is least; null where it has no least value, as where every row is right.</summary>
    /// <param name="rows">Rows that the classifier was not trained on.</param>
    /// <param name="fittedOn">Their name.</param>
    public static Temperature? Fit(IReadOnlyList<JudgedRow> rows, string fittedOn)
    {
        if (rows.Count == 0 || !rows.Any(row => row.IsWrong))
        {
            return null;
        }

        // In 1 / temperature the loss is convex: its slope is 0 at one place.
        var (low, high, inverse) = (1 / Highest, 1 / Lowest, 1.0);
        for (var step = 0; step < 100 && high - low > 1e-12; step++)
        {
            var (slope, curvature) = Slope(rows, inverse);
            (low, high) = slope > 0 ? (low, inverse) : (inverse, high);
            var next = inverse - (slope / curvature);
            inverse = next > low && next < high ? next : (low + high) / 2;
        }

        var value = 1 / inverse;
        return value is <= Lowest * 1.01 or >= Highest * 0.99 ? null : new(value, fittedOn, rows.Count, Loss(rows, 1), Loss(rows, inverse));
    }

    /// <summary>The logits at this temperature.</summary>
    public double[] Apply(IReadOnlyList<double> logits) => [.. logits.Select(logit => logit / Value)];

    /// <summary>What a checkpoint keeps; null where it has none.</summary>
    /// <exception cref="InvalidCheckpointException">The file is damaged.</exception>
    public static Temperature? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Temperature>(File.ReadAllBytes(path), Json) is { Value: > 0 } temperature && double.IsFinite(temperature.Value)
                ? temperature : throw new JsonException("its value is no positive number.");
        }
        catch (JsonException error)
        {
            throw new InvalidCheckpointException(path, $"is damaged: {error.Message} Remove it, and probabilities are those of the logits as they are.");
        }
    }

    /// <summary>Keeps it in a checkpoint, beside what stands there.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Json));

    private static double Loss(IReadOnlyList<JudgedRow> rows, double inverse) =>
        rows.Average(row => Probabilities.CrossEntropy(Array.ConvertAll(row.Logits, logit => logit * inverse), row.LabelId));

    /// <summary>The first two derivatives of the mean loss by 1 / temperature: expected less true logit, and the logits' variance.</summary>
    private static (double Slope, double Curvature) Slope(IReadOnlyList<JudgedRow> rows, double inverse)
    {
        var (slope, curvature) = (0.0, 0.0);
        foreach (var row in rows)
        {
            var probabilities = Probabilities.Softmax(Array.ConvertAll(row.Logits, logit => logit * inverse));
            var (mean, square) = (0.0, 0.0);
            for (var id = 0; id < probabilities.Length; id++)
            {
                mean += probabilities[id] * row.Logits[id];
                square += probabilities[id] * row.Logits[id] * row.Logits[id];
            }

            slope += mean - row.Logits[row.LabelId];
            curvature += Math.Max(square - (mean * mean), 0);
        }

        return (slope / rows.Count, curvature / rows.Count);
    }
}
