using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorFunctionsTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.From<double>([-1, 0, 0.5, 2], 2, 2);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Activations_OfDoubles_AgreeWithTheirFormulas()
    {
        ShouldBe(x.Tanh(), Math.Tanh);
        ShouldBe(x.Sigmoid(), v => 1 / (1 + Math.Exp(-v)));
        ShouldBe(x.Relu(), v => Math.Max(v, 0));
        ShouldBe(x.Gelu(tanh: true), v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))));

        // x · Φ(x): Φ(2) = 0.9772498680518208, Φ(-1) = 0.15865525393145707.
        x.Gelu().ToArray<double>()[3].ShouldBe(2 * 0.9772498680518208, 1e-12);
        x.Gelu().ToArray<double>()[0].ShouldBe(-0.15865525393145707, 1e-12);
    }

    [Fact]
    public void Products_OfMatrices_AgreeByHand()
    {
        var y = Tensor.From<double>([1, 2, 3, 4], 2, 2);
        double[] product = [-1, -2, 6.5, 9];

        x.MatMul(y).ToArray<double>().ShouldBe(product);
        x.Unsqueeze(0).Bmm(y.Unsqueeze(0)).ToArray<double>().ShouldBe(product);
        Tensor.Ones([2, 2], DType.Float64).Addmm(x, y).ToArray<double>().ShouldBe([0, -1, 7.5, 10]);
        x.Linear(y.Transpose(0, 1)).ToArray<double>().ShouldBe(product);
        x.Linear(y.Transpose(0, 1), Tensor.From<double>([1, 10], 2)).ToArray<double>().ShouldBe([0, 8, 7.5, 19]);
    }

    [Fact]
    public void Embedding_OfIds_GivesTheirRows() =>
        Tensor.Embedding(x, Tensor.From<long>([1, 0, 1], 3, 1)).ToArray<double>().ShouldBe([0.5, 2, -1, 0, 0.5, 2]);

    [Fact]
    public void LayerNorm_WithWeightAndBias_AgreesByHand()
    {
        // Row (0.5, 2): mean 1.25, deviation 0.75, so (-1, 1) before scale and shift.
        var y = x.LayerNorm([2], Tensor.From<double>([2, 3], 2), Tensor.From<double>([10, 20], 2), 0);

        y.ToArray<double>()[2].ShouldBe(8, 1e-12);
        y.ToArray<double>()[3].ShouldBe(23, 1e-12);
        x.LayerNorm([2], null, null, 0).ToArray<double>()[3].ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Softmaxes_OfARow_AgreeWithEachOther()
    {
        var expected = Math.Exp(2) / (Math.Exp(2) + Math.Exp(0.5));

        x.Softmax(-1).ToArray<double>()[3].ShouldBe(expected, 1e-12);
        x.LogSoftmax(-1).ToArray<double>()[3].ShouldBe(Math.Log(expected), 1e-12);
        x.LogSumExp(-1).ToArray<double>()[1].ShouldBe(Math.Log(Math.Exp(2) + Math.Exp(0.5)), 1e-12);
        x.LogSumExp(1, keepDim: true).Shape.ShouldBe([2, 1]);
        x.Softmax(-1, DType.Float32).DType.ShouldBe(DType.Float32);
    }

    [Fact]
    public void CrossEntropy_InAllItsForms_AgreesWithTheFormula()
    {
        var target = Tensor.From<long>([1, 0], 2);
        double[] rows = [-LogProbability(0, -1), -LogProbability(0.5, 2)];

        x.CrossEntropy(target).ToDouble().ShouldBe(rows.Average(), 1e-12);
        x.CrossEntropy(target, reduction: Reduction.Sum).ToDouble().ShouldBe(rows.Sum(), 1e-12);
        x.CrossEntropy(target, reduction: Reduction.None).ToArray<double>()[1].ShouldBe(rows[1], 1e-12);
        x.CrossEntropy(target, Tensor.From<double>([3, 1], 2)).ToDouble().ShouldBe((rows[0] + (3 * rows[1])) / 4, 1e-12);

        double[] others = [-LogProbability(-1, 0), -LogProbability(2, 0.5)];
        x.CrossEntropy(target, labelSmoothing: 0.2).ToDouble()
            .ShouldBe(rows.Zip(others, (right, wrong) => (0.9 * right) + (0.1 * wrong)).Average(), 1e-12);
        x.CrossEntropy(Tensor.From<long>([1, -100], 2)).ToDouble().ShouldBe(rows[0], 1e-12);
    }

    private static double LogProbability(double own, double other) => own - Math.Log(Math.Exp(own) + Math.Exp(other));

    private void ShouldBe(Tensor actual, Func<double, double> formula)
    {
        foreach (var (value, expected) in actual.ToArray<double>().Zip(x.ToArray<double>().Select(formula)))
        {
            value.ShouldBe(expected, 1e-12);
        }
    }
}
