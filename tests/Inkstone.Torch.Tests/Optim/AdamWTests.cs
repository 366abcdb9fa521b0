using Inkstone.Torch.Nn;
using Inkstone.Torch.Kernels;
using Inkstone.Torch.Optim;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Optim;

public sealed class AdamWTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Generator noise = new(11);

    public void Dispose()
    {
        noise.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void ClipAndStep_FusedAndForeach_AgreeOnLargeParameters()
    {
        var (fused, fusedParameters) = Optimizer(new FusedAdamW(), [300, 401], [70_001], [5]);
        var (operators, operatorParameters) = Optimizer(new ForeachAdamW(), [300, 401], [70_001], [5]);
        Copy(fusedParameters, operatorParameters);

        for (var step = 0; step < 10; step++)
        {
            for (var i = 0; i < fusedParameters.Length; i++)
            {
                var gradient = Noise(fusedParameters[i].Shape);
                fusedParameters[i].Grad = gradient;
                operatorParameters[i].Grad = gradient.Clone();
            }

            var (fusedNorm, operatorNorm) = (fused.ClipAndStep(1.0), operators.ClipAndStep(1.0));
            fusedNorm.ShouldBe(operatorNorm, 2e-6 * fusedNorm);
        }

        for (var i = 0; i < fusedParameters.Length; i++)
        {
            Largest(fusedParameters[i] - operatorParameters[i]).ShouldBeLessThan(1e-6);
        }
    }

    [Fact]
    public void ClipAndStep_AnyThreadCount_GivesTheSameBits()
    {
        var before = WorkerPool.Shared.Threads;
        try
        {
            var results = new[] { 1, 2, 7 }.Select(threads =>
            {
                WorkerPool.Shared.Threads = threads;
                using var own = new Generator(5);
                var weight = Tensor.Zeros([400_003]);
                weight.RequiresGrad = true;
                using var optimizer = new AdamW([new ParameterGroup("all", [new("weight", weight)], 1e-2, 0.1)]);
                var norms = Enumerable.Range(0, 3).Select(_ =>
                {
                    weight.Grad = Tensor.Empty([400_003]).NormalInPlace(0, 1, own);
                    return optimizer.ClipAndStep(1.0);
                }).ToArray();
                return (norms, weight);
            }).ToArray();

            foreach (var (norms, weight) in results[1..])
            {
                norms.ShouldBe(results[0].norms);
                weight.EqualsExactly(results[0].weight).ShouldBeTrue();
            }
        }
        finally
        {
            WorkerPool.Shared.Threads = before;
        }
    }

    [Fact]
    public void ClipAndStep_GradientNorm_IsGoodToSevenDigits()
    {
        var (optimizer, parameters) = Optimizer(null, [1000, 1000]);
        parameters[0].Grad = Tensor.Full([1000, 1000], 0.1); // one sign, one size: rounding errors would add up

        optimizer.ClipAndStep(1.0).ShouldBe(1000 * (double)0.1f, 1e-7 * 100);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClipAndStep_GradientWithGaps_IsReadAsItMeans(bool fused)
    {
        var (plain, plainParameters) = Optimizer(Path(fused), [30, 20]);
        var (odd, oddParameters) = Optimizer(Path(fused), [30, 20]);
        Copy(plainParameters, oddParameters);
        var gradient = Noise([20, 30]).Transpose(0, 1);
        plainParameters[0].Grad = gradient.Contiguous();
        oddParameters[0].Grad = gradient;
        oddParameters[0].Grad!.IsContiguous.ShouldBeFalse();

        odd.ClipAndStep(1.0).ShouldBe(plain.ClipAndStep(1.0), 1e-6);
        Largest(oddParameters[0] - plainParameters[0]).ShouldBeLessThan(1e-7);
    }

    [Fact]
    public void Step_BFloat16Gradient_EqualsItsFloat32Value()
    {
        var group = new ParameterGroup("all", [], 1e-2, 0.1);
        var gradient = Noise([777]).To(DType.BFloat16);
        var results = new[] { gradient, gradient.To(DType.Float32) }.Select(each =>
        {
            var state = new AdamWState(1, Tensor.Zeros([777]), Tensor.Zeros([777]));
            var parameter = Tensor.Ones([777]);
            IAdamWPath path = new FusedAdamW();
            path.Step([new AdamWUpdate(parameter, each, state, group)], new AdamWCoefficients(0.9, 0.999, 1e-8), 0.5);
            return (parameter, Norm: path.GradientNorm([each]));
        }).ToArray();

        results[0].parameter.EqualsExactly(results[1].parameter).ShouldBeTrue();
        results[0].Norm.ShouldBe(results[1].Norm);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.BFloat16)]
    public void ClipAndStep_OtherParameterTypes_GoThroughOperators(DType dtype)
    {
        var weight = Tensor.Ones([4], dtype);
        weight.RequiresGrad = true;
        weight.Grad = Tensor.Full([4], 2, dtype);
        using var optimizer = new AdamW([new ParameterGroup("all", [new("weight", weight)], 0.125, 0)]);

        optimizer.ClipAndStep(0).ShouldBe(4);

        weight.Detach().ToFloats().ShouldAllBe(value => Math.Abs(value - 0.875) < 1e-6); // the first step is lr, whatever the gradient
        optimizer.State["weight"].ExpAvg.DType.ShouldBe(dtype);
    }

    [Theory]
    [InlineData(true, float.NaN)]
    [InlineData(true, float.PositiveInfinity)]
    [InlineData(false, float.NaN)]
    [InlineData(false, float.NegativeInfinity)]
    public void ClipAndStep_GradientNotFinite_ChangesNothingAndSaysSo(bool fused, float bad)
    {
        var (optimizer, parameters) = Optimizer(Path(fused), [40], [50]);
        SetGradients(parameters);
        optimizer.ClipAndStep(1.0);
        var before = parameters.Select(parameter => parameter.Detach().Clone()).ToArray();
        var mean = optimizer.State["p1"].ExpAvg.Clone();
        SetGradients(parameters);
        parameters[1].Grad!.AsSpan<float>()[33] = bad;

        double.IsFinite(optimizer.ClipAndStep(1.0)).ShouldBeFalse();

        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i].EqualsExactly(before[i]).ShouldBeTrue();
        }

        optimizer.State["p1"].ExpAvg.EqualsExactly(mean).ShouldBeTrue();
        optimizer.State["p1"].Step.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClipAndStep_NotFiniteAtTheFirstStep_LeavesNoState(bool fused)
    {
        var (optimizer, parameters) = Optimizer(Path(fused), [4]);
        parameters[0].Grad = Tensor.Full([4], double.NaN);

        optimizer.ClipAndStep(1.0).ShouldBe(double.NaN);

        optimizer.State.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClipAndStep_ZeroGradient_DecaysWeights(bool fused)
    {
        var (optimizer, parameters) = Optimizer(Path(fused), [4]);
        var before = parameters[0].Detach().ToFloats();
        parameters[0].Grad = Tensor.Zeros([4]);

        optimizer.ClipAndStep(1.0).ShouldBe(0);

        parameters[0].Detach().ToFloats().ShouldBe(before.Select(value => value * (float)(1 - (1e-2 * 0.1))));
        optimizer.State["p0"].Step.ShouldBe(1);
    }

    [Fact]
    public void ClipAndStep_NoGradientAnywhere_DoesNothing()
    {
        var (optimizer, parameters) = Optimizer(null, [4]);
        var before = parameters[0].Detach().Clone();

        optimizer.ClipAndStep(1.0).ShouldBe(0);

        parameters[0].EqualsExactly(before).ShouldBeTrue();
        optimizer.State.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, double.PositiveInfinity)]
    [InlineData(false, 0)]
    [InlineData(false, double.PositiveInfinity)]
    public void ClipAndStep_ClippingOff_TakesGradientsAsTheyAre(bool fused, double off)
    {
        var (optimizer, parameters) = Optimizer(Path(fused), [4]);
        parameters[0].Grad = Tensor.Full([4], 30);

        optimizer.ClipAndStep(off).ShouldBe(60, 1e-4);

        optimizer.State["p0"].ExpAvg.ToFloats().ShouldAllBe(value => Math.Abs(value - 3) < 1e-5);
    }

    [Fact]
    public void ClipAndStep_RealBackwardPass_LowersTheLoss()
    {
        var (optimizer, parameters) = Optimizer(null, [8, 3]);
        var input = Noise([16, 8]);

        var losses = Enumerable.Range(0, 50).Select(_ =>
        {
            using var step = TensorScope.New();
            var loss = input.MatMul(parameters[0]).Pow(2).Mean();
            loss.Backward();
            optimizer.ClipAndStep(1.0);
            optimizer.ZeroGrad();
            return loss.ToDouble();
        }).ToArray();

        losses[^1].ShouldBeLessThan(losses[0] * 0.5);
        parameters[0].Grad.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClipAndStep_SecondTime_LeavesNoNewTensors(bool fused)
    {
        var (optimizer, parameters) = Optimizer(Path(fused), [40], [50]);
        Step();
        var before = Tensor.LiveCount;

        Step();

        Tensor.LiveCount.ShouldBe(before);
        optimizer.Dispose();
        Tensor.LiveCount.ShouldBe(before - 4);

        void Step()
        {
            using var step = TensorScope.New();
            SetGradients(parameters);
            optimizer.ClipAndStep(1.0);
            optimizer.ZeroGrad();
        }
    }

    [Fact]
    public void LoadState_InANewOptimizer_GoesOnBitForBit()
    {
        var (first, parameters) = Optimizer(null, [40], [50]);
        SetGradients(parameters);
        first.ClipAndStep(1.0);
        var (second, resumed) = Optimizer(null, [40], [50]);
        Copy(parameters, resumed);

        second.LoadState(first.State);
        SetGradients(parameters);
        for (var i = 0; i < parameters.Length; i++)
        {
            resumed[i].Grad = parameters[i].Grad!.Clone();
        }

        second.ClipAndStep(1.0).ShouldBe(first.ClipAndStep(1.0));
        for (var i = 0; i < parameters.Length; i++)
        {
            resumed[i].EqualsExactly(parameters[i]).ShouldBeTrue();
        }

        second.State["p1"].Step.ShouldBe(2);
    }

    [Fact]
    public void LoadState_OfAnotherModel_SaysWhatDiffers()
    {
        var (optimizer, _) = Optimizer(null, [4, 2]);
        AdamWState State(long step, params long[] shape) => new(step, Tensor.Zeros(shape), Tensor.Zeros(shape));
        Exception Load(string name, AdamWState state) =>
            Should.Throw<ArgumentException>(() => optimizer.LoadState(new Dictionary<string, AdamWState> { [name] = state }));

        Load("p7", State(1, 4, 2)).Message.ShouldStartWith("The optimizer state names p7, which is no parameter of this model; was it saved by another one?");
        Load("p0", State(1, 2, 4)).Message.ShouldStartWith("The optimizer state's exp_avg of p0 is [2, 4], but the parameter is [4, 2].");
        Load("p0", State(0, 4, 2)).Message.ShouldStartWith("saved must be 1 or more (step of p0), but is 0.");
        optimizer.State.ShouldBeEmpty();
    }

    [Fact]
    public void ScaleLearningRates_Factor_MultipliesBaseRates()
    {
        var (optimizer, _) = Optimizer(null, [4]);

        optimizer.ScaleLearningRates(0.5);
        optimizer.ScaleLearningRates(0.25);

        optimizer.Groups[0].LearningRate.ShouldBe(0.25e-2);
        optimizer.Groups[0].BaseLearningRate.ShouldBe(1e-2);
    }

    [Fact]
    public void Constructor_BadNumbersOrNames_Throws()
    {
        var weight = Tensor.Zeros([2]);
        ParameterGroup Group(params NamedParameter[] parameters) => new("all", parameters, 1e-3, 0);

        Should.Throw<ArgumentException>(() => new AdamW([Group(new("a", weight), new("a", Tensor.Zeros([2])))])).Message
            .ShouldStartWith("Parameter a stands in the optimizer's groups twice; every parameter belongs to one group.");
        Should.Throw<ArgumentException>(() => new AdamW([Group(new NamedParameter("a", weight)), Group(new NamedParameter("b", weight))]));
        Should.Throw<ArgumentException>(() => new AdamW([Group()])).Message.ShouldStartWith("The optimizer's groups hold no parameter.");
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW([Group(new NamedParameter("a", weight))], beta1: 1)).Message
            .ShouldStartWith("beta1 must be at least 0 and below 1, but is 1.");
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW([Group(new NamedParameter("a", weight))], epsilon: -1));
        Should.Throw<ArgumentOutOfRangeException>(() => new ParameterGroup("all", [], double.NaN, 0)).Message
            .ShouldStartWith("learningRate must be 0 or more, but is NaN.");
        using var optimizer = new AdamW([Group(new NamedParameter("a", weight))]);
        Should.Throw<ArgumentOutOfRangeException>(() => optimizer.ClipAndStep(double.NaN)).Message.ShouldStartWith("maxGradNorm must be 0 or more, but is NaN.");
    }

    private static IAdamWPath Path(bool fused) => fused ? new FusedAdamW() : new ForeachAdamW();

    private (AdamW Optimizer, Tensor[] Parameters) Optimizer(IAdamWPath? path, params long[][] shapes)
    {
        var parameters = shapes.Select(shape =>
        {
            var parameter = Noise(shape);
            parameter.RequiresGrad = true;
            return parameter;
        }).ToArray();
        var group = new ParameterGroup("all", parameters.Select((parameter, i) => new NamedParameter($"p{i}", parameter)), 1e-2, 0.1);
        return (new AdamW([group], 0.9, 0.999, 1e-8, path), parameters);
    }

    private Tensor Noise(long[] shape) => Tensor.Empty(shape).NormalInPlace(0, 1, noise);

    private void SetGradients(Tensor[] parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.Grad = Noise(parameter.Shape);
        }
    }

    private static void Copy(Tensor[] from, Tensor[] to)
    {
        using var noGrad = GradMode.NoGrad();
        for (var i = 0; i < from.Length; i++)
        {
            to[i].CopyInPlace(from[i]);
        }
    }

    private static double Largest(Tensor difference) => difference.Detach().Abs().Max().ToDouble();
}
