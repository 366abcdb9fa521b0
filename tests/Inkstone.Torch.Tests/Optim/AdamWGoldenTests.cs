using Inkstone.Torch.Nn;
using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Torch.Optim;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Optim;

/// <summary>Twenty steps beside <c>torch.optim.AdamW</c>: golden/optim/make_adamw.py.</summary>
public sealed class AdamWGoldenTests
{
    private sealed record Golden(
        double MaxNorm, double[] Betas, double Eps, GoldenGroup[] Groups, Dictionary<string, long[]> Shapes,
        Dictionary<string, float[]> Initial, GoldenStep[] Steps, Dictionary<string, GoldenState> State);

    private sealed record GoldenGroup(string Name, string[] Parameters, double LearningRate, double WeightDecay);

    private sealed record GoldenStep(
        double Factor, Dictionary<string, float[]?> Gradients, double Norm, Dictionary<string, float[]> Parameters);

    private sealed record GoldenState(long Step, float[] ExpAvg, float[] ExpAvgSq);

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Theory]
    [InlineData("fused")]
    [InlineData("foreach")]
    public void ClipAndStep_TwentySteps_FollowsPyTorch(string path)
    {
        using var scope = TensorScope.New();
        var golden = JsonSerializer.Deserialize<Golden>(File.ReadAllText(Repo.Golden("optim", "adamw.json")), SnakeCase)!;
        var parameters = golden.Initial.ToDictionary(pair => pair.Key, pair => Leaf(pair.Value, golden.Shapes[pair.Key]));
        var groups = golden.Groups.Select(group => new ParameterGroup(
            group.Name, group.Parameters.Select(name => new NamedParameter(name, parameters[name])), group.LearningRate, group.WeightDecay));
        using var optimizer = new AdamW(
            groups, golden.Betas[0], golden.Betas[1], golden.Eps, path == "fused" ? new FusedAdamW() : new ForeachAdamW());

        golden.Steps.Length.ShouldBe(20);
        foreach (var (index, step) in golden.Steps.Index())
        {
            foreach (var (name, gradient) in step.Gradients)
            {
                parameters[name].Grad = gradient is null ? null : Tensor.From<float>(gradient, golden.Shapes[name]);
            }

            optimizer.ScaleLearningRates(step.Factor);
            var norm = optimizer.ClipAndStep(golden.MaxNorm);
            optimizer.ZeroGrad();

            norm.ShouldBe(step.Norm, 1e-6 * step.Norm, $"norm of step {index}");
            foreach (var (name, expected) in step.Parameters)
            {
                Close(parameters[name], expected, 1e-6, $"{name} after step {index}");
            }
        }

        optimizer.State.Count.ShouldBe(golden.State.Count);
        foreach (var (name, expected) in golden.State)
        {
            optimizer.State[name].Step.ShouldBe(expected.Step, name);
            Close(optimizer.State[name].ExpAvg, expected.ExpAvg, 1e-6, $"exp_avg of {name}");
            Close(optimizer.State[name].ExpAvgSq, expected.ExpAvgSq, 1e-6, $"exp_avg_sq of {name}");
        }
    }

    private static Tensor Leaf(float[] values, long[] shape)
    {
        var leaf = Tensor.From<float>(values, shape);
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static void Close(Tensor actual, float[] expected, double tolerance, string what)
    {
        var values = actual.Detach().ToFloats();
        values.Length.ShouldBe(expected.Length);
        for (var i = 0; i < values.Length; i++)
        {
            ((double)values[i]).ShouldBe(expected[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"{what}, element {i}");
        }
    }
}
