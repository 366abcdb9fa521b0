using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Interop;

public sealed class OperatorTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Call_Tensor_IsTaken() => Call("aten::exp", "", x).Shape.ShouldBe([2, 3]);

    [Fact]
    public void Call_TensorList_IsTaken() => Call("aten::cat", "", new[] { x, x }, 0).Shape.ShouldBe([4, 3]);

    [Fact]
    public void Call_OptionalTensorList_TakesNulls()
    {
        var columns = Tensor.From<long>([2, 0], 2);

        Call("aten::index", "Tensor", x, new Tensor?[] { null, columns }).ToArray<float>().ShouldBe([3, 1, 6, 4]);
    }

    [Fact]
    public void Call_NoneForAnOptionalTensor_IsTaken() => Call("aten::linear", "", x, x, Value.None).Shape.ShouldBe([2, 2]);

    [Fact]
    public void Call_IntWhereFloatIsWanted_IsBroughtIntoForm() => Call("aten::dropout", "", x, 0, true).EqualsExactly(x).ShouldBeTrue();

    [Fact]
    public void Call_IntWhereBoolIsWanted_IsBroughtIntoForm() => Call("aten::dropout", "", x, 0.0, 1).EqualsExactly(x).ShouldBeTrue();

    [Fact]
    public void Call_IntWhereDTypeIsWanted_IsTaken() => Call("aten::sum", "", x, 7).DType.ShouldBe(DType.Float64);

    [Fact]
    public void Call_Scalars_KeepTheirKind()
    {
        var ids = Tensor.From<long>([1, 2], 2);

        Call("aten::add", "Scalar", ids, 3).ToArray<long>().ShouldBe([4, 5]);
        Call("aten::add", "Scalar", ids, 0.5).ToArray<float>().ShouldBe([1.5f, 2.5f]);
        Call("aten::add", "Scalar", ids, true).ToArray<long>().ShouldBe([2, 3]);
    }

    [Fact]
    public void Call_IntList_IsTaken() => Call("aten::view", "", x, new long[] { 3, 2 }).Shape.ShouldBe([3, 2]);

    [Fact]
    public void Call_EmptyIntList_IsTaken() => Call("aten::zeros", "", Array.Empty<long>()).Dim.ShouldBe(0);

    [Fact]
    public void Call_FloatList_IsTaken() =>
        Call("aten::upsample_nearest1d", "vec", x.View(1, 2, 3), Value.None, new[] { 2.0 }).Shape.ShouldBe([1, 2, 6]);

    [Fact]
    public void Call_IntListWhereFloatsAreWanted_IsBroughtIntoForm() =>
        Call("aten::upsample_nearest1d", "vec", x.View(1, 2, 3), Value.None, new long[] { 2 }).Shape.ShouldBe([1, 2, 6]);

    [Fact]
    public void CallAll_BoolList_MasksResults()
    {
        var forward = Operator.Find("aten::native_layer_norm").CallAll(x, new long[] { 3 }, Value.None, Value.None, 1e-5);
        var backward = Operator.Find("aten::native_layer_norm_backward").CallAll(
            x, x, new long[] { 3 }, forward[1].ToTensor(), forward[2].ToTensor(), Value.None, Value.None, new[] { true, false, false });

        backward.Select(value => value.IsNone).ShouldBe([false, true, true]);
        backward[0].ToTensor().Shape.ShouldBe([2, 3]);
    }

    [Fact]
    public void Call_DTypeAndDevice_AreTaken() =>
        Call("aten::empty", "memory_format", new long[] { 2 }, DType.BFloat16, Value.None, Device.Cpu).ToString().ShouldBe("[2] bfloat16 cpu");

    [Fact]
    public void Call_String_IsTaken() => Call("aten::gelu", "", x, "tanh").EqualsExactly(x.Gelu(tanh: true)).ShouldBeTrue();

    [Fact]
    public void Call_Generator_IsTaken()
    {
        using var one = new Generator(7);
        using var two = new Generator(7);

        Call("aten::rand", "generator", new long[] { 4 }, one).EqualsExactly(Call("aten::rand", "generator", new long[] { 4 }, two)).ShouldBeTrue();
    }

    [Fact]
    public void Call_DefaultInTheMiddle_TakesTheSchemasOwn() =>
        Call("aten::add", "Tensor", x, x, Value.Default).EqualsExactly(x * 2).ShouldBeTrue();

    [Fact]
    public void CallAll_EveryKindOfResult_ComesBack()
    {
        Operator.Find("aten::equal").CallAll(x, x)[0].ToBoolean().ShouldBeTrue();
        Operator.Find("aten::_local_scalar_dense").CallAll(Tensor.Scalar(1.5))[0].ToDouble().ShouldBe(1.5);
        Operator.Find("aten::_local_scalar_dense").CallAll(Tensor.Arange(4, 5))[0].ToInt64().ShouldBe(4);
        Operator.Find("aten::unbind", "int").CallAll(x, 0)[0].ToTensors().Length.ShouldBe(2);
        Operator.Find("aten::max", "dim").CallAll(x, 1, false).Select(value => value.ToTensor().DType).ShouldBe([DType.Float32, DType.Int64]);
        Should.Throw<InvalidOperationException>(() => Operator.Find("aten::equal").CallAll(x, x)[0].ToTensor());
    }

    [Fact]
    public void CallAll_OfOneTensor_LeavesNoOther()
    {
        var before = Tensor.LiveCount;

        Operator.Find("aten::max", "dim").Call(x, 1, false);
        Operator.Find("aten::max", "dim").Run(x, 1, false);

        Tensor.LiveCount.ShouldBe(before + 1);
    }

    [Fact]
    public void Schema_OfAnOperator_NamesItsArguments() =>
        Operator.Find("aten::mm").Schema.ShouldBe("aten::mm(Tensor self, Tensor mat2) -> Tensor");

    [Fact]
    public void Call_InALoop_AllocatesOnlyTheTensor()
    {
        var shape = new long[] { 3, 2 };
        void Step()
        {
            using var sum = x + x;
            using var view = sum.View(3, 2);
            using var normed = x.LayerNorm([3], null, null);
            x.AddInPlace(x, 0);
        }

        for (var i = 0; i < 100; i++)
        {
            Step();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Step();
        }

        // A tensor object takes 40 bytes: header, type, handle, scope and its place there.
        var perTensor = (GC.GetAllocatedBytesForCurrentThread() - before) / 300.0;
        perTensor.ShouldBeInRange(24, 48);
    }

    private static Tensor Call(string name, string overload, params ReadOnlySpan<Value> arguments) =>
        Operator.Find(name, overload).Call(arguments);
}
