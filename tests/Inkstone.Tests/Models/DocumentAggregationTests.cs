using System.Text.Json;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

public sealed class DocumentAggregationTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record GoldenDocuments(string Aggregation, float[][] ChunkLogits, int[] DocId, long[] Labels, float[][] DocLogits, double Loss, float[][] Grad);

    private static readonly GoldenDocuments[] Goldens = JsonSerializer.Deserialize<GoldenDocuments[]>(File.ReadAllText(Repo.Golden("training", "documents.json")), Json)!;

    [Theory]
    [InlineData(Aggregation.Mean)]
    [InlineData(Aggregation.Max)]
    [InlineData(Aggregation.Logsumexp)]
    public void Aggregate_GoldenChunks_GivesTheReferencesDocumentsLossAndGradient(Aggregation aggregation)
    {
        var golden = Goldens.Single(golden => golden.Aggregation.Equals(aggregation.ToString(), StringComparison.OrdinalIgnoreCase));
        using var scope = TensorScope.New();
        var chunks = Tensor.From<float>([.. golden.ChunkLogits.SelectMany(row => row)], golden.ChunkLogits.Length, 4);
        chunks.RequiresGrad = true;
        int[] counts = [.. golden.DocId.GroupBy(id => id).Select(group => group.Count())];

        var documents = DocumentAggregation.Aggregate(chunks, counts, aggregation);
        var loss = documents.CrossEntropy(Tensor.From<long>(golden.Labels, golden.Labels.Length));
        loss.Backward();

        TensorShould.BeClose(documents.ToFloats(), [.. golden.DocLogits.SelectMany(row => row)], "documents", 1e-6, 0);
        loss.ToDouble().ShouldBe(golden.Loss, 1e-6);
        TensorShould.BeClose(chunks.Grad!.ToFloats(), [.. golden.Grad.SelectMany(row => row)], "gradient", 1e-6, 0);
    }

    [Theory]
    [InlineData(Aggregation.Mean)]
    [InlineData(Aggregation.Max)]
    [InlineData(Aggregation.Logsumexp)]
    public void Aggregate_OneChunk_KeepsItsLogitsBesideLongerDocuments(Aggregation aggregation)
    {
        using var scope = TensorScope.New();
        var chunks = Tensor.From<float>([1.5f, -2f, 0.25f, 3f, 1f, 1f], 3, 2);

        var documents = DocumentAggregation.Aggregate(chunks, [1, 2], aggregation).ToFloats();

        documents[..2].ShouldBe([1.5f, -2f]);
    }
}
