using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Interop;

/// <summary>Whatever is wrong about a call becomes one exception that says so, and the process goes on.</summary>
public sealed class OperatorErrorTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.Ones([8, 12]);

    public void Dispose()
    {
        (x + x).Sum().ToDouble().ShouldBe(192);
        scope.Dispose();
    }

    [Fact]
    public void Call_WrongShape_NamesOperatorAndShapes()
    {
        var error = Should.Throw<TorchException>(() => Operator.Find("aten::mm").Call(x, Tensor.Ones([8, 32])));

        error.Operator.ShouldBe("aten::mm");
        error.Arguments.ShouldBe("[8, 12] float32 cpu and [8, 32] float32 cpu");
        error.Detail.ShouldBe("mat1 and mat2 shapes cannot be multiplied (8x12 and 8x32)");
        error.Message.ShouldBe("aten::mm: [8, 12] float32 cpu and [8, 32] float32 cpu: mat1 and mat2 shapes cannot be multiplied (8x12 and 8x32)");
    }

    [Fact]
    public void Call_WrongDType_NamesBoth() =>
        Should.Throw<TorchException>(() => x.MatMul(Tensor.Ones([12, 2], DType.Int64))).Message
            .ShouldStartWith("aten::matmul: [8, 12] float32 cpu and [12, 2] int64 cpu: expected ");

    [Fact]
    public void Call_WrongDevice_NamesIt() =>
        Should.Throw<TorchException>(() => x.To(new Device("nowhere:0"))).Message.ShouldStartWith("aten::to.dtype_layout: [8, 12] float32 cpu: ");

    [Fact]
    public void Call_TensorsOnTwoDevices_NamesBoth()
    {
        var abstractOne = Tensor.Zeros([12, 2], device: new Device("meta"));

        abstractOne.ToString().ShouldBe("[12, 2] float32 meta");
        Should.Throw<TorchException>(() => Operator.Find("aten::copy_").Run(x, abstractOne)).Arguments.ShouldBe("[8, 12] float32 cpu and [12, 2] float32 meta");
    }

    [Fact]
    public void Call_TensorsInAList_AreAllNamed() =>
        Should.Throw<TorchException>(() => Tensor.Cat([x, Tensor.Ones([2]), Tensor.Ones([3, 4, 5])])).Arguments
            .ShouldBe("[8, 12] float32 cpu, [2] float32 cpu and [3, 4, 5] float32 cpu");

    [Fact]
    public void Find_UnknownName_SaysSo()
    {
        var error = Should.Throw<TorchException>(() => Operator.Find("aten::nope", "Tensor"));

        error.Operator.ShouldBe("aten::nope.Tensor");
        error.Message.ShouldBe($"aten::nope.Tensor: no such operator in libtorch {TorchRuntime.Version}");
    }

    [Fact]
    public void Call_MissingArgument_NamesIt() =>
        Should.Throw<TorchException>(() => Operator.Find("aten::softmax", "int").Call(x)).Message
            .ShouldBe("aten::softmax.int: [8, 12] float32 cpu: argument 'dim' is missing: int");

    [Fact]
    public void Call_TooManyArguments_CountsThem() =>
        Should.Throw<TorchException>(() => Operator.Find("aten::exp").Call(x, 1, 2)).Detail.ShouldBe("3 arguments given, but it takes 1");

    [Fact]
    public void Call_WrongKind_SaysWhichWasWanted()
    {
        ShouldRefuse("argument 'dim' must be int, but is float", "aten::softmax", "int", x, 0.5);
        ShouldRefuse("argument 'dim' must be int, but is string", "aten::softmax", "int", x, "0");
        ShouldRefuse("argument 'dim' must be int, but is none", "aten::softmax", "int", x, Value.None);
        ShouldRefuse("argument 'self' must be Tensor, but is int", "aten::exp", "", 3);
        ShouldRefuse("argument 'self' must be Tensor, but is none", "aten::exp", "", Value.None);
        ShouldRefuse("argument 'p' must be float, but is tensor", "aten::dropout", "", x, x, true);
        ShouldRefuse("argument 'train' must be bool, but is float", "aten::dropout", "", x, 0.5, 1.0);
        ShouldRefuse("argument 'other' must be Scalar, but is string", "aten::add", "Scalar", x, "1");
        ShouldRefuse("argument 'tensors' must be Tensor[], but is tensor", "aten::cat", "", x);
        ShouldRefuse("argument 'shape' must be int[], but is int", "aten::reshape", "", x, 96);
        ShouldRefuse("argument 'dim' must be int[]?, but is float list", "aten::sum", "dim_IntList", x, new[] { 1.0 });
        ShouldRefuse("argument 'approximate' must be str, but is bool", "aten::gelu", "", x, true);
        ShouldRefuse("argument 'generator' must be Generator?, but is int", "aten::rand", "generator", new long[] { 2 }, 1);
        ShouldRefuse("argument 'output_mask' must be bool[], but is int list", "aten::native_layer_norm_backward", "", x, x, new long[] { 12 }, x, x, x, x, new long[] { 1, 1, 1 });
        ShouldRefuse("argument 'device' must be Device?, but is int", "aten::empty", "memory_format", new long[] { 2 }, Value.None, Value.None, 0);
        ShouldRefuse("argument 'dtype' must be int?, but is device", "aten::empty", "memory_format", new long[] { 2 }, Device.Cpu);
    }

    [Fact]
    public void Call_NullInATensorList_SaysWhere() =>
        Should.Throw<TorchException>(() => Operator.Find("aten::cat").Call(new Tensor?[] { x, null })).Detail
            .ShouldBe("tensor 1 of a list is null, and this operator wants them all");

    [Fact]
    public void Call_NoTensorAmongTheResults_SaysSo() =>
        Should.Throw<TorchException>(() => Operator.Find("aten::equal").Call(x, x)).Detail.ShouldBe("returned no tensor where one was expected");

    [Fact]
    public void Call_IdOutOfRange_IsRefused() =>
        Should.Throw<TorchException>(() => Tensor.Embedding(x, Tensor.From<long>([8], 1))).Detail.ShouldContain("out of range");

    [Fact]
    public void Call_OnAnotherThread_ThrowsThereWithItsOwnMessage()
    {
        var messages = new string[4];
        var threads = Enumerable.Range(0, messages.Length).Select(i => new Thread(() =>
        {
            using var inner = TensorScope.New();
            for (var round = 0; round < 50; round++)
            {
                messages[i] = Should.Throw<TorchException>(() => x.View(i + 1000)).Detail;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        messages.ShouldBe(Enumerable.Range(0, 4).Select(i => $"shape '[{i + 1000}]' is invalid for input of size 96"));
    }

    private static void ShouldRefuse(string detail, string name, string overload, params Value[] arguments) =>
        Should.Throw<TorchException>(() => Operator.Find(name, overload).Call(arguments)).Detail.ShouldStartWith(detail);
}
