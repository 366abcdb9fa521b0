using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class GeneratorTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Draw_SameSeed_GivesTheSameNumbers()
    {
        using var one = new Generator(42);
        using var two = new Generator(42);
        using var other = new Generator(43);
        var first = Draw(one);

        Draw(two).ShouldBe(first);
        Draw(one).ShouldNotBe(first);
        Draw(other).ShouldNotBe(first);
    }

    [Fact]
    public void State_SetAgain_RepeatsWhatFollowed()
    {
        using var generator = new Generator(1);
        Draw(generator);
        var state = generator.State;
        var expected = Draw(generator);
        using var elsewhere = new Generator(99) { State = state };

        generator.State = state;

        Draw(generator).ShouldBe(expected);
        Draw(elsewhere).ShouldBe(expected);
    }

    [Fact]
    public void State_SetToOtherBytes_IsRefused()
    {
        using var generator = new Generator(1);

        Should.Throw<TorchException>(() => generator.State = [1, 2, 3]).Operator.ShouldBe("State");
    }

    [Fact]
    public void Draw_FromAGenerator_LeavesTheSharedOneAlone()
    {
        TorchRuntime.ManualSeed(5);
        var expected = DrawShared();
        using var own = new Generator(6);

        TorchRuntime.ManualSeed(5);
        Draw(own);

        DrawShared().ShouldBe(expected);
    }

    [Fact]
    public void AnyUse_AfterDispose_ThrowsObjectDisposed()
    {
        var generator = new Generator(1);
        generator.Dispose();
        generator.Dispose();

        Should.Throw<ObjectDisposedException>(() => Draw(generator));
    }

    private static float[] Draw(Generator generator) => Tensor.Empty([16]).NormalInPlace(0, 1, generator).ToArray<float>();

    private static float[] DrawShared() => Tensor.Empty([16]).UniformInPlace().ToArray<float>();
}
