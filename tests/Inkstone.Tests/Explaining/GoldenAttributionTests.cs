using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Explaining;

/// <summary>Attributions that captum gave on <c>models/bert</c>.</summary>
public sealed class GoldenAttributionTests
{
    [Fact]
    public void Attribute_WithoutBaseline_GivesCaptumsInputXGradient() => ShouldGive("input_x_gradient", new(), hasBaseline: false);

    [Fact]
    public void Attribute_GaussLegendre20_GivesCaptumsIntegratedGradients() =>
        ShouldGive("integrated_gradients.gausslegendre.20", new() { Steps = 20 }, hasBaseline: true);

    [Theory]
    [InlineData(1024)]
    [InlineData(1)]
    public void Attribute_Trapezoid50_GivesCaptumsIntegratedGradientsInBatchesOfAnySize(int batchTokens) =>
        ShouldGive("integrated_gradients.riemann_trapezoid.50", new() { Steps = 50, Quadrature = Quadrature.Trapezoid, BatchTokens = batchTokens }, hasBaseline: true);

    [Fact]
    public void Explain_GoldenTexts_GivesCaptumsTokenScores()
    {
        using var classifier = Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu, settings => settings.With(["tokenizer.max_length=64"]));
        var explainer = new Explainer(classifier);
        var rows = File.ReadLines(Repo.Golden("models", "bert.explain.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        rows.Length.ShouldBe(24);
        foreach (var row in rows)
        {
            var text = row["text"]!.GetValue<string>();
            var explanation = explainer.Of(text, [ExplanationMethod.GradXInput, ExplanationMethod.IntegratedGradients]);

            explanation.Label.ShouldBe(row["label"]!.GetValue<string>());
            explanation.Document.Document.Chunks[0].InputIds.ShouldBe(row["input_ids"]!.AsArray().Select(id => id!.GetValue<int>()));
            TensorShould.BeClose([.. explanation.Attributions[0].Scores[0]], Floats(row["grad_x_input"]!), text, 1e-4);
            TensorShould.BeClose([.. explanation.Attributions[1].Scores[0]], Floats(row["integrated_gradients"]!), text, 1e-4);
            explanation.Attributions[1].ConvergenceDelta!.Value.ShouldBe(row["delta"]!.GetValue<double>(), 1e-4);
            explanation.Attributions[1].IsRough.ShouldBeFalse();
        }
    }

    private static void ShouldGive(string name, ExplainingOptions options, bool hasBaseline)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("attribution.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu);
        using var scope = TensorScope.New();
        var explainer = new Explainer(classifier, options);
        var documents = TestDocuments.OfPadded(golden["input_ids"], golden["attention_mask"]);
        var targets = TensorShould.Longs(golden["target"]);
        var (expected, byToken) = (TensorShould.Floats(golden[name]), TensorShould.Floats(golden[$"{name}.token"]));
        const int width = 20;
        const int hidden = 64;
        for (var row = 0; row < documents.Length; row++)
        {
            var ids = documents[row].Chunks[0].InputIds;
            int[][]? baseline = hasBaseline ? [new int[ids.Length]] : null;   // every token [PAD], whose id is 0
            var (attributions, delta, _) = explainer.Attribute(documents[row], baseline, (int)targets[row], TestContext.Current.CancellationToken);

            TensorShould.BeClose(attributions[0].ToFloats(), expected.AsSpan(row * width * hidden, ids.Length * hidden), $"{name}, row {row}", 1e-4);
            TensorShould.BeClose(attributions[0].Sum([1]).ToFloats(), byToken.AsSpan(row * width, ids.Length), $"{name}.token, row {row}", 1e-4);
            if (hasBaseline)
            {
                delta!.Value.ShouldBe(TensorShould.Floats(golden[$"{name}.delta"])[row], 1e-4);
            }
        }
    }

    private static float[] Floats(JsonNode array) => [.. array.AsArray().Select(number => number!.GetValue<float>())];
}
