using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;

namespace Inkstone.Tests.Evaluating;

/// <summary>Labels and logits with what scikit-learn says of them.</summary>
internal sealed record MetricGolden
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required int[] Labels { get; init; }
    public required double[][] Logits { get; init; }
    public required double Accuracy { get; init; }
    public required double BalancedAccuracy { get; init; }
    public required double Mcc { get; init; }
    public required double Kappa { get; init; }
    public required double LogLoss { get; init; }
    public required int[][] Confusion { get; init; }
    public required double[][] ConfusionRow { get; init; }
    public required double[][] ConfusionColumn { get; init; }
    public required double[] Micro { get; init; }
    public required double[] Macro { get; init; }
    public required double[] Weighted { get; init; }
    public required double[][] PerClass { get; init; }
    public required Dictionary<int, double> RocAucOvr { get; init; }
    public required Dictionary<int, double> AveragePrecisionOvr { get; init; }
    [JsonPropertyName("top_2_accuracy")] public required double? Top2Accuracy { get; init; }
    public double[][]? RocCurve { get; init; }
    public double[][]? PrCurve { get; init; }
    public double? Brier { get; init; }
    [JsonPropertyName("ece_15_equal_width_bins")] public required double Ece { get; init; }

    public int Classes => Confusion.Length;

    public static TheoryData<int> Cases { get; } = [.. Enumerable.Range(0, 6)];

    public static IReadOnlyList<MetricGolden> All { get; } =
        JsonSerializer.Deserialize<MetricGolden[]>(File.ReadAllText(Repo.Golden("metrics.json")), SnakeCase)!;
}
