using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorScopeTests
{
    private readonly long before = Tensor.LiveCount;

    [Fact]
    public void Dispose_WithTensorsInside_FreesThem()
    {
        Tensor inside;
        using (var scope = TensorScope.New())
        {
            inside = Tensor.Ones([2]) + 1;
            scope.Count.ShouldBe(2);
        }

        inside.IsDisposed.ShouldBeTrue();
        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Keep_WithoutAnEnclosingScope_HandsToTheCaller()
    {
        Tensor kept;
        using (var scope = TensorScope.New())
        {
            kept = scope.Keep(Tensor.Ones([2]) + 1);
        }

        kept.ToArray<float>().ShouldBe([2, 2]);
        kept.Dispose();
        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Keep_InsideAnother_HandsToThatOne()
    {
        Tensor kept;
        using (var outer = TensorScope.New())
        {
            using (var inner = TensorScope.New())
            {
                kept = inner.Keep(Tensor.Ones([2]));
                Tensor.Zeros([3]);
                inner.Count.ShouldBe(1);
            }

            kept.IsDisposed.ShouldBeFalse();
            outer.Count.ShouldBe(1);
        }

        kept.IsDisposed.ShouldBeTrue();
        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Keep_OfAnOuterScopesTensor_ChangesNothing()
    {
        using var outer = TensorScope.New();
        var tensor = Tensor.Ones([2]);
        using (var inner = TensorScope.New())
        {
            inner.Keep(tensor).ShouldBeSameAs(tensor);
            inner.Count.ShouldBe(0);
        }

        outer.Count.ShouldBe(1);
    }

    [Fact]
    public void Dispose_OfOneTensorEarly_LeavesTheOthersInTheScope()
    {
        using (var scope = TensorScope.New())
        {
            var first = Tensor.Ones([1]);
            var second = Tensor.Ones([2]);
            var third = Tensor.Ones([3]);
            first.Dispose();
            third.Dispose();

            scope.Count.ShouldBe(1);
            second.IsDisposed.ShouldBeFalse();
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void Dispose_OutOfOrder_SaysSoAndCanBePutRight()
    {
        var outer = TensorScope.New();
        var inner = TensorScope.New();

        Should.Throw<InvalidOperationException>(outer.Dispose).Message.ShouldContain("dispose the inner one first");

        inner.Dispose();
        outer.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void DisposeOrKeep_OnAnotherThread_SaysSo()
    {
        using var scope = TensorScope.New();
        var tensor = Tensor.Ones([1]);

        OnAnotherThread(() =>
        {
            Should.Throw<InvalidOperationException>(scope.Dispose).Message.ShouldContain("belongs to the thread that opened it");
            Should.Throw<InvalidOperationException>(() => scope.Keep(tensor));
        });
    }

    [Fact]
    public void NewTensor_OnAnotherThread_BelongsToItsMaker()
    {
        using var scope = TensorScope.New();
        Tensor? made = null;
        OnAnotherThread(() => made = Tensor.Ones([1]));

        scope.Count.ShouldBe(0);
        made!.Dispose();
    }

    [Fact]
    public void Dispose_OfATensorOnAnotherThread_FreesItOnce()
    {
        using (TensorScope.New())
        {
            var tensor = Tensor.Ones([1]);
            OnAnotherThread(tensor.Dispose);
            tensor.IsDisposed.ShouldBeTrue();
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    private static void OnAnotherThread(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        });
        thread.Start();
        thread.Join();
        thrown.ShouldBeNull();
    }
}
