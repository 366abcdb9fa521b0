using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Autograd;

public sealed class AutogradFunctionTests
{
    private readonly long before = Tensor.LiveCount;

    [Fact]
    public void Apply_FusedSwish_TrainsAsThePlainOperatorsDo()
    {
        var fused = Train(x => new Swish().Apply(x)[0]);
        var plain = Train(x => x * x.Sigmoid());

        foreach (var (ours, theirs) in fused.Zip(plain))
        {
            ours.ShouldBe(theirs, 1e-12);
        }

        fused[^1].ShouldBeLessThan(fused[0] / 2);
        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Apply_UntilTheGraphIsFreed_HoldsWhatWasSaved()
    {
        using var x = Leaf(1, 2);
        var live = Tensor.LiveCount;
        var output = new Swish().Apply(x)[0];

        Tensor.LiveCount.ShouldBe(live + 3, "the output, and two saved tensors");

        using (TensorScope.New())
        {
            output.Sum().Backward();
        }

        Tensor.LiveCount.ShouldBe(live + 1, "backward released what was saved");
        output.Dispose();
        Tensor.LiveCount.ShouldBe(live);
    }

    [Fact]
    public void Apply_NeverBackward_ReleasesWithTheOutput()
    {
        using var x = Leaf(1, 2);
        var live = Tensor.LiveCount;

        new Swish().Apply(x)[0].Dispose();

        Tensor.LiveCount.ShouldBe(live);
    }

    [Fact]
    public void Apply_WhereNoGradientIsWanted_SavesNothing()
    {
        using var x = Tensor.Ones([2]);
        using var weight = Leaf(1, 2);
        var live = Tensor.LiveCount;

        using (var output = new Swish().Apply(x)[0])
        {
            output.RequiresGrad.ShouldBeFalse();
            Tensor.LiveCount.ShouldBe(live + 1);
        }

        using (GradMode.NoGrad())
        using (var output = new Swish().Apply(weight)[0])
        {
            output.RequiresGrad.ShouldBeFalse();
            Tensor.LiveCount.ShouldBe(live + 1);
        }
    }

    [Fact]
    public void Backward_RetainedThenFreed_RunsTwiceAndThenSaysSo()
    {
        using var scope = TensorScope.New();
        var x = Leaf(1, 2);
        var output = new Swish().Apply(x)[0].Sum();

        output.Backward(retainGraph: true);
        output.Backward();

        Should.Throw<TorchException>(() => output.Backward()).Detail.ShouldContain("second");
        x.Grad!.ToArray<double>()[0].ShouldBe(2 * SwishSlope(1), 1e-12);
    }

    [Fact]
    public void Backward_ThatThrows_BringsItsMessageAndLeavesNothing()
    {
        using (TensorScope.New())
        {
            var x = Leaf(1, 2);
            var output = new Failing().Apply(x)[0].Sum();

            Should.Throw<TorchException>(() => output.Backward()).Detail.ShouldBe("no derivative on Sundays 周日");
            (x * 2).Sum().Backward();
            x.Grad!.ToArray<double>().ShouldBe([2, 2]);
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Forward_ThatThrows_LeavesNothing()
    {
        using (var x = Leaf(1, 2))
        {
            Should.Throw<InvalidOperationException>(() => new Failing { InForward = true }.Apply(x)).Message.ShouldBe("not even forward");
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Backward_WrongNumberOrShapeOfGradients_SaysWhich()
    {
        using var scope = TensorScope.New();
        var x = Leaf(1, 2);

        Should.Throw<TorchException>(() => new Odd(_ => []).Apply(x)[0].Sum().Backward()).Detail
            .ShouldBe("Odd.Backward returned 0 gradients for 1 inputs.");
        Should.Throw<TorchException>(() => new Odd(_ => [Tensor.Ones([5], DType.Float64)]).Apply(x)[0].Sum().Backward()).Detail
            .ShouldStartWith("Function Odd returned an invalid gradient at index 0");
    }

    [Fact]
    public void Backward_ReturningNull_LeavesTheInputWithoutGradient()
    {
        using var scope = TensorScope.New();
        var x = Leaf(1, 2);

        new Odd(_ => [null]).Apply(x)[0].Sum().Backward();

        x.Grad.ShouldBeNull();
    }

    [Fact]
    public void Backward_WithCreateGraph_IsRefused()
    {
        using var scope = TensorScope.New();
        var x = Leaf(1, 2);
        var y = new Swish().Apply(x)[0].Sum();

        Should.Throw<TorchException>(() => Torch.Autograd.Grad([y], [x], createGraph: true)).Detail.ShouldContain("not differentiable itself");
    }

    [Fact]
    public void Apply_SeveralInputsAndOutputs_GetsZerosAndNeeds()
    {
        using var scope = TensorScope.New();
        var (a, b) = (Leaf(2, 3), Tensor.From<double>([10, 20], 2));
        var function = new SumAndProduct();
        var outputs = function.Apply(a, b);

        outputs[1].Sum().Backward();

        a.Grad!.ToArray<double>().ShouldBe([10, 20]);
        function.Needed.ShouldBe([true, false]);
        function.SumGradient.ShouldBe([0, 0]);
    }

    [Fact]
    public void Apply_Twice_IsRefused()
    {
        using var scope = TensorScope.New();
        var function = new Swish();
        function.Apply(Leaf(1));

        Should.Throw<InvalidOperationException>(() => function.Apply(Leaf(1))).Message.ShouldContain("one application");
    }

    private static List<double> Train(Func<Tensor, Tensor> activation)
    {
        List<double> losses = [];
        using var weights = Leaf(0.3, -0.4, 0.5);
        using var target = Tensor.From<double>([1, 2, 0.5], 3);
        for (var step = 0; step < 40; step++)
        {
            using var scope = TensorScope.New();
            var loss = (activation(weights * 2) - target).Pow(2).Sum();
            loss.Backward();
            losses.Add(loss.ToDouble());
            using (GradMode.NoGrad())
            {
                weights.AddInPlace(weights.Grad!, -0.05);
            }

            weights.Grad = null;
        }

        return losses;
    }

    private static Tensor Leaf(params double[] values)
    {
        var leaf = Tensor.From<double>(values, values.Length);
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static double SwishSlope(double x)
    {
        var sigmoid = 1 / (1 + Math.Exp(-x));
        return sigmoid * (1 + (x * (1 - sigmoid)));
    }

    /// <summary>x · sigmoid(x), its own output saved for the way back.</summary>
    private sealed class Swish : AutogradFunction
    {
        protected override Tensor[] Forward(Tensor[] inputs)
        {
            var sigmoid = inputs[0].Sigmoid();
            var output = inputs[0] * sigmoid;
            Save(sigmoid);
            Save(output);
            return [output];
        }

        protected override Tensor?[] Backward(Tensor[] gradOutputs)
        {
            var (sigmoid, output) = (Saved[0], Saved[1]);
            return [gradOutputs[0] * (sigmoid + (output * (1 - sigmoid)))];
        }
    }

    private sealed class Failing : AutogradFunction
    {
        public bool InForward { get; init; }

        protected override Tensor[] Forward(Tensor[] inputs)
        {
            Save(inputs[0]);
            return InForward ? throw new InvalidOperationException("not even forward") : [inputs[0] * 2];
        }

        protected override Tensor?[] Backward(Tensor[] gradOutputs) => throw new InvalidOperationException("no derivative on Sundays 周日");
    }

    private sealed class Odd(Func<Tensor[], Tensor?[]> backward) : AutogradFunction
    {
        protected override Tensor[] Forward(Tensor[] inputs) => [inputs[0] * 2];

        protected override Tensor?[] Backward(Tensor[] gradOutputs) => backward(gradOutputs);
    }

    private sealed class SumAndProduct : AutogradFunction
    {
        public bool[] Needed { get; private set; } = [];

        public double[] SumGradient { get; private set; } = [];

        protected override Tensor[] Forward(Tensor[] inputs)
        {
            Save(inputs[0]);
            Save(inputs[1]);
            return [inputs[0] + inputs[1], inputs[0] * inputs[1], inputs[0].Gt(inputs[1])];
        }

        protected override Tensor?[] Backward(Tensor[] gradOutputs)
        {
            Needed = [NeedsGradient(0), NeedsGradient(1)];
            SumGradient = gradOutputs[0].ToArray<double>();
            return [gradOutputs[0] + (gradOutputs[1] * Saved[1]), gradOutputs[0] + (gradOutputs[1] * Saved[0])];
        }
    }
}
