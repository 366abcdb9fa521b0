using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Autograd;

public sealed class GradModeTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.Ones([2]);

    public GradModeTests() => x.RequiresGrad = true;

    public void Dispose() => scope.Dispose();

    [Fact]
    public void NoGrad_Inside_RemembersNothing()
    {
        using (GradMode.NoGrad())
        {
            (x * 2).RequiresGrad.ShouldBeFalse();
            using (GradMode.Enable())
            {
                (x * 2).RequiresGrad.ShouldBeTrue();
            }

            GradMode.IsEnabled.ShouldBeFalse();
        }

        GradMode.IsEnabled.ShouldBeTrue();
        (x * 2).RequiresGrad.ShouldBeTrue();
    }

    [Fact]
    public void NoGrad_OnAnotherThread_StaysThere()
    {
        using var inside = GradMode.NoGrad();
        var elsewhere = false;
        var thread = new Thread(() => elsewhere = GradMode.IsEnabled);
        thread.Start();
        thread.Join();

        elsewhere.ShouldBeTrue();
    }
}
