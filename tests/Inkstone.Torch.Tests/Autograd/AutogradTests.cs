using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Autograd;

public sealed class AutogradTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.From<double>([1, -2, 3], 3);

    public AutogradTests() => x.RequiresGrad = true;

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Backward_OfASumOfCubes_IsThreeTimesTheSquare()
    {
        x.Pow(3).Sum().Backward();

        x.Grad!.ToArray<double>().ShouldBe([3, 12, 27]);
    }

    [Fact]
    public void Backward_Twice_AddsUp()
    {
        var y = (x * x).Sum();
        y.Backward(retainGraph: true);
        y.Backward();

        x.Grad!.ToArray<double>().ShouldBe([4, -8, 12]);
    }

    [Fact]
    public void Backward_OfAFreedGraph_SaysSo()
    {
        var y = (x * x).Sum();
        y.Backward();

        Should.Throw<TorchException>(() => y.Backward()).Detail.ShouldContain("backward through the graph a second time");
    }

    [Fact]
    public void Backward_WithAGradient_Weighs()
    {
        (x * x).Backward(Tensor.From<double>([1, 0, 10], 3));

        x.Grad!.ToArray<double>().ShouldBe([2, 0, 60]);
    }

    [Fact]
    public void Backward_OfSeveralNumbersWithoutGradient_IsRefused()
    {
        var error = Should.Throw<TorchException>(() => (x * x).Backward());

        error.Message.ShouldStartWith("Backward: [3] float64 cpu: grad can be implicitly created only for scalar outputs");
    }

    [Fact]
    public void Backward_WithoutHistory_IsRefused() =>
        Should.Throw<TorchException>(() => Tensor.Scalar(1).Backward()).Detail.ShouldContain("does not require grad");

    [Fact]
    public void Grad_SetToNull_StartsAfresh()
    {
        x.Sum().Backward();
        x.Grad = null;
        x.Grad.ShouldBeNull();
        x.Sum().Backward();

        x.Grad!.ToArray<double>().ShouldBe([1, 1, 1]);
        x.Grad = Tensor.Full([3], 5, DType.Float64);
        x.Grad!.ToArray<double>().ShouldBe([5, 5, 5]);
    }

    [Fact]
    public void Grad_OfAnotherShape_IsRefused() =>
        Should.Throw<TorchException>(() => x.Grad = Tensor.Zeros([2], DType.Float64)).Message
            .ShouldBe("Grad: [3] float64 cpu: a gradient must be like its tensor, but is [2] Double cpu");

    [Fact]
    public void RequiresGrad_OnIntegers_IsRefused() =>
        Should.Throw<TorchException>(() => Tensor.Arange(0, 3).RequiresGrad = true).Message.ShouldStartWith("RequiresGrad: [3] int64 cpu: ");

    [Fact]
    public void GradOf_TwoInputs_LeavesTheLeavesAlone()
    {
        var w = Tensor.From<double>([2], 1);
        w.RequiresGrad = true;

        var gradients = Torch.Autograd.Grad([(x * w).Sum()], [w, x]);

        gradients[0].ToDouble().ShouldBe(2);
        gradients[1].ToArray<double>().ShouldBe([2, 2, 2]);
        x.Grad.ShouldBeNull();
    }

    [Fact]
    public void GradOf_AnUnusedInput_IsRefusedOrNull()
    {
        var unused = Tensor.Scalar(1);
        unused.RequiresGrad = true;
        var y = x.Sum();

        Should.Throw<TorchException>(() => Torch.Autograd.Grad([y], [unused], retainGraph: true)).Detail.ShouldContain("not have been used in the graph");
        Torch.Autograd.GradOrNull([y], [x, unused]).Select(gradient => gradient is null).ShouldBe([false, true]);
    }

    [Fact]
    public void GradOf_AGradient_IsTheSecondDerivative()
    {
        var first = Torch.Autograd.Grad([x.Pow(3).Sum()], [x], createGraph: true)[0];
        var second = Torch.Autograd.Grad([first.Sum()], [x])[0];

        second.ToArray<double>().ShouldBe([6, -12, 18]);
    }

    [Fact]
    public void GradOf_WithGradOutputs_Weighs()
    {
        var weights = Tensor.From<double>([1, 2, 3], 3);

        Torch.Autograd.Grad([x * x], [x], [weights])[0].ToArray<double>().ShouldBe([2, -8, 18]);
        Should.Throw<ArgumentException>(() => Torch.Autograd.Grad([x * x], [x], [weights, weights])).Message
            .ShouldBe("1 outputs need 1 gradients or none, but 2 were given.");
    }

    [Fact]
    public void Softmax_CrossEntropy_HasTheTextbookGradient()
    {
        var logits = x.View(1, 3);
        logits.CrossEntropy(Tensor.From<long>([2], 1)).Backward();
        var expected = x.Detach().Softmax(0) - Tensor.From<double>([0, 0, 1], 3);

        x.Grad!.AllClose(expected, 1e-12).ShouldBeTrue();
    }
}
