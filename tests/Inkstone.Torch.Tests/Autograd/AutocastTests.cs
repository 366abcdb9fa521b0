using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Autograd;

public sealed class AutocastTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.Ones([2, 4]);
    private readonly Tensor weight = Tensor.Ones([3, 4]);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Enter_BFloat16OnTheCpu_RunsProductsInIt()
    {
        using (Autocast.Enter(Device.Cpu, DType.BFloat16))
        {
            x.Linear(weight).DType.ShouldBe(DType.BFloat16);
            x.Softmax(-1).DType.ShouldBe(DType.Float32);
            using (Autocast.Enter(Device.Cpu, DType.BFloat16, enabled: false))
            {
                x.Linear(weight).DType.ShouldBe(DType.Float32);
            }

            x.Linear(weight).DType.ShouldBe(DType.BFloat16);
        }

        x.Linear(weight).DType.ShouldBe(DType.Float32);
    }

    [Fact]
    public void Enter_WithWeightsThatLearn_GivesFloat32Gradients()
    {
        weight.RequiresGrad = true;
        Tensor loss;
        using (Autocast.Enter(Device.Cpu, DType.BFloat16))
        {
            loss = x.Linear(weight).To(DType.Float32).Sum();
        }

        loss.Backward();

        weight.Grad!.ToString().ShouldBe("[3, 4] float32 cpu");
        weight.Grad!.ToArray<float>().ShouldAllBe(value => value == 2);
    }

    [Fact]
    public void Dispose_Twice_EndsTheRegionOnce()
    {
        using var outer = Autocast.Enter(Device.Cpu, DType.BFloat16);
        var inner = Autocast.Enter(Device.Cpu, DType.BFloat16, enabled: false);
        inner.Dispose();
        inner.Dispose();

        x.Linear(weight).DType.ShouldBe(DType.BFloat16);
    }

    [Fact]
    public void Enter_UnknownDevice_IsRefused() =>
        Should.Throw<TorchException>(() => Autocast.Enter(new Device("nowhere"), DType.BFloat16)).Operator.ShouldBe("Autocast");
}
