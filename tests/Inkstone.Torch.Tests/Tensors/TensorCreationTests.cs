using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorCreationTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void From_EveryElementType_RoundTrips()
    {
        ShouldRoundTrip<float>(DType.Float32, 1.5f, -2);
        ShouldRoundTrip<double>(DType.Float64, 1.5, -2);
        ShouldRoundTrip<long>(DType.Int64, long.MaxValue, -2);
        ShouldRoundTrip<int>(DType.Int32, int.MinValue, 3);
        ShouldRoundTrip<short>(DType.Int16, -7, 3);
        ShouldRoundTrip<sbyte>(DType.Int8, -7, 3);
        ShouldRoundTrip<byte>(DType.UInt8, 255, 3);
        ShouldRoundTrip<bool>(DType.Bool, true, false);
        ShouldRoundTrip<Half>(DType.Float16, (Half)0.5f, (Half)(-3));
        ShouldRoundTrip<ushort>(DType.BFloat16, 0x3F80, 0xC000);
    }

    [Fact]
    public void From_BFloat16Bits_AreTheUpperHalfOfASingle() =>
        Tensor.From<ushort>([0x3F80, 0xC000], 2).ToFloats().ShouldBe([1, -2]);

    [Fact]
    public void From_ShapeOfAnotherSize_SaysBothSizes()
    {
        var error = Should.Throw<TorchException>(() => Tensor.From<float>([1, 2, 3], 2, 2));

        error.Message.ShouldBe("FromBytes: shape [2, 2] of Float takes 16 bytes, but 12 were given");
    }

    [Fact]
    public void From_NegativeSize_IsRefused() => Should.Throw<TorchException>(() => Tensor.From<float>([], -1));

    [Fact]
    public void From_NoElements_IsEmpty()
    {
        var empty = Tensor.From<float>([], 0, 3);

        empty.Shape.ShouldBe([0, 3]);
        empty.ToArray<float>().ShouldBeEmpty();
        empty.AsSpan<float>().Length.ShouldBe(0);
    }

    [Fact]
    public void From_UnknownElementType_IsRefused() => Should.Throw<NotSupportedException>(() => Tensor.From<char>(['a'], 1));

    [Fact]
    public void Fillers_OfAShape_HoldTheirValue()
    {
        Tensor.Zeros([2]).ToArray<float>().ShouldBe([0, 0]);
        Tensor.Ones([2], DType.Int64).ToArray<long>().ShouldBe([1, 1]);
        Tensor.Full([2], 2.5, DType.Float64).ToArray<double>().ShouldBe([2.5, 2.5]);
        Tensor.Full([2], 3, DType.Int32).ToArray<int>().ShouldBe([3, 3]);
        Tensor.Empty([2, 3], DType.BFloat16, Device.Cpu).ToString().ShouldBe("[2, 3] bfloat16 cpu");
        Tensor.Arange(2, 5).ToArray<long>().ShouldBe([2, 3, 4]);
        Tensor.Scalar(2.5).ToDouble().ShouldBe(2.5);
        Tensor.Zeros([]).Dim.ShouldBe(0);
    }

    [Fact]
    public void Likes_OfATensor_TakeItsShapeAndDType()
    {
        var ids = Tensor.Ones([2, 3], DType.Int64);

        Tensor.ZerosLike(ids).ToString().ShouldBe("[2, 3] int64 cpu");
        Tensor.ZerosLike(ids, DType.Float32).ToString().ShouldBe("[2, 3] float32 cpu");
        Tensor.EmptyLike(ids).ToString().ShouldBe("[2, 3] int64 cpu");
    }

    [Fact]
    public void InPlaceMethods_OneAfterTheOther_ChangeTheTensorItself()
    {
        var x = Tensor.Ones([2]);

        x.FillInPlace(3).AddInPlace(Tensor.Ones([2]), 2).MulInPlace(2).MulInPlace(Tensor.From<float>([1, 10], 2)).ShouldBeSameAs(x);
        x.ToArray<float>().ShouldBe([10, 100]);
        x.CopyInPlace(Tensor.From<long>([7, 8], 2)).ToArray<float>().ShouldBe([7, 8]);
        x.ZeroInPlace().ToArray<float>().ShouldBe([0, 0]);
    }

    [Fact]
    public void NormalAndUniform_ManyDraws_HaveTheirMoments()
    {
        using var generator = new Generator(1);
        var normal = Tensor.Empty([100_000], DType.Float64).NormalInPlace(3, 2, generator);
        var uniform = Tensor.Empty([100_000], DType.Float64).UniformInPlace(-1, 3, generator);

        // Standard errors: 2 / sqrt(1e5) = 0.0063 and 4 / sqrt(12) / sqrt(1e5) = 0.0037; the seed is fixed.
        normal.Mean().ToDouble().ShouldBe(3, 0.03);
        (normal - 3).Pow(2).Mean().ToDouble().ShouldBe(4, 0.1);
        uniform.Mean().ToDouble().ShouldBe(1, 0.02);
        uniform.Lt(-1).Sum().ToDouble().ShouldBe(0);
        uniform.Gt(3).Sum().ToDouble().ShouldBe(0);
    }

    [Fact]
    public unsafe void FromMemory_WithoutCopy_SharesAndReleasesOnce()
    {
        var data = (float*)NativeMemory.Alloc(4, sizeof(float));
        var released = 0;
        for (var i = 0; i < 4; i++)
        {
            data[i] = i;
        }

        var tensor = Tensor.FromMemory((nint)data, DType.Float32, [2, 2], () => { released++; NativeMemory.Free(data); });
        var view = tensor.Select(0, 1);
        data[3] = 42;
        tensor.Dispose();

        released.ShouldBe(0);
        view.ToArray<float>().ShouldBe([2, 42]);
        view.Dispose();
        released.ShouldBe(1);
    }

    [Fact]
    public unsafe void FromMemory_RefusedOrEmpty_StillReleasesOnce()
    {
        var released = 0;
        var value = stackalloc float[] { 1 };

        Should.Throw<TorchException>(() => Tensor.FromMemory((nint)value, DType.Float32, [-3], () => released++));
        released.ShouldBe(1);

        Tensor.FromMemory((nint)value, DType.Float32, [0], () => released++).Dispose();
        released.ShouldBe(2);
        Tensor.FromMemory((nint)value, DType.Float32, [1]).Item<float>().ShouldBe(1);
    }

    private static void ShouldRoundTrip<T>(DType dtype, params T[] values) where T : unmanaged
    {
        var tensor = Tensor.From<T>(values, values.Length);

        tensor.DType.ShouldBe(dtype);
        dtype.Size().ShouldBe(Unsafe.SizeOf<T>());
        tensor.ToArray<T>().ShouldBe(values);
        tensor.AsSpan<T>().ToArray().ShouldBe(values);
    }
}
