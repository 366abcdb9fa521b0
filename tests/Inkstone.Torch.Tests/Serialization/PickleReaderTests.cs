using System.Runtime.InteropServices;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class PickleReaderTests : IDisposable
{
    private static readonly float[] Six = [0, 1, 2, 3, 4, 5];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(new long[] { 3, 2 }, new long[] { 1, 3 }, 0, new float[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(new long[] { 2 }, new long[] { 1 }, 4, new float[] { 4, 5 })]
    [InlineData(new long[] { 3 }, new long[] { 2 }, 1, new float[] { 1, 3, 5 })]
    [InlineData(new long[] { 2, 3 }, new long[] { 0, 1 }, 3, new float[] { 3, 4, 5, 3, 4, 5 })]
    [InlineData(new long[] { 1, 2, 1, 3 }, new long[] { 77, 3, 5, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(new long[] { }, new long[] { }, 5, new float[] { 5 })]
    [InlineData(new long[] { 0, 9 }, new long[] { 9, 1 }, 0, new float[] { })]
    public void Open_ViewOfAStorage_IsContiguous(long[] shape, long[] strides, long offset, float[] expected)
    {
        using var weights = Open(PickleBytes.OneTensor(shape, strides, offset));

        weights.Keys.ShouldBe(["w"]);
        weights["w"].Shape.ShouldBe(shape);
        MemoryMarshal.Cast<byte, float>(weights["w"].Bytes).ToArray().ShouldBe(expected);
    }

    [Theory]
    [InlineData("DoubleStorage", DType.Float64, 3)]
    [InlineData("FloatStorage", DType.Float32, 6)]
    [InlineData("HalfStorage", DType.Float16, 12)]
    [InlineData("BFloat16Storage", DType.BFloat16, 12)]
    [InlineData("LongStorage", DType.Int64, 3)]
    [InlineData("IntStorage", DType.Int32, 6)]
    [InlineData("ShortStorage", DType.Int16, 12)]
    [InlineData("CharStorage", DType.Int8, 24)]
    [InlineData("ByteStorage", DType.UInt8, 24)]
    [InlineData("BoolStorage", DType.Bool, 24)]
    public void Open_EveryStorage_HasItsType(string storage, DType dtype, long count)
    {
        using var weights = Open(PickleBytes.OneTensor([count], [1], count: count, storage: storage));

        weights["w"].DType.ShouldBe(dtype);
        weights["w"].Bytes.SequenceEqual(MemoryMarshal.AsBytes<float>(Six)).ShouldBeTrue();

        // Every second element: the copy must know the element's width.
        using var strided = Open(PickleBytes.OneTensor([count / 2], [2], count: count, storage: storage));
        var width = 24 / (int)count;
        strided["w"].Bytes[^width..].SequenceEqual(weights["w"].Bytes.Slice((int)((count / 2) - 1) * 2 * width, width)).ShouldBeTrue();
    }

    [Fact]
    public void Open_TiedWeightsAndParameters_ShareOneStorage()
    {
        var program = new PickleBytes().Global("collections", "OrderedDict").Op(')').Op('R').Op('(')
            .Text("embedding").Tensor([2, 3], [3, 1], 0, 6, "FloatStorage", "0").Op('q', 7)
            .Text("decoder").Op('h', 7)
            .Text("parameter").Global("torch._utils", "_rebuild_parameter").Op('h', 7).Op('\u0088')
            .Op('}').Op('\u0087').Op('R')
            .Op('u').Op('}').Text("_metadata").Op('}').Op('s').Op('b').Op('.').ToArray();

        using var weights = Open(program);

        weights.Keys.ShouldBe(["embedding", "decoder", "parameter"]);
        weights["decoder"].Pointer.ShouldBe(weights["embedding"].Pointer);
        weights["parameter"].Pointer.ShouldBe(weights["embedding"].Pointer);
    }

    [Fact]
    public void Open_ProtocolFour_IsRead()
    {
        // FRAME, SHORT_BINUNICODE, MEMOIZE, STACK_GLOBAL, BINUNICODE8, EMPTY_LIST APPEND POP, BINFLOAT, POP_MARK, DUP
        var program = new PickleBytes().Op('\u0095', 1, 0, 0, 0, 0, 0, 0, 0)
            .Op(']').Op('G', new byte[8]).Op('a').Op('0').Op('(').Op('N').Op('N').Op('1')
            .Op('\u008C', [11, .. "collections"u8]).Op('\u0094').Op('\u008C', [11, .. "OrderedDict"u8]).Op('\u0093').Op(')').Op('R')
            .Op('2').Op('0').Op('\u008D', 1, 0, 0, 0, 0, 0, 0, 0, (byte)'w')
            .Tensor([6], [1], 0, 6, "FloatStorage", "0").Op('s').Op('.').ToArray();

        using var weights = Open(program);

        weights["w"].ElementCount.ShouldBe(6);
    }

    private WeightFile Open(byte[] program) =>
        PickleReader.Open(folder.Write("model.bin", PickleBytes.Archive(program, ("0", MemoryMarshal.AsBytes<float>(Six).ToArray()))));
}
