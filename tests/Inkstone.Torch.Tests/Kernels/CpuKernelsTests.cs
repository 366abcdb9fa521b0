using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Kernels;

public sealed class CpuKernelsTests
{
    [Theory]
    [InlineData(DType.Float32, DType.Float32)]
    [InlineData(DType.Float32, DType.BFloat16)]
    [InlineData(DType.BFloat16, DType.Float32)]
    [InlineData(DType.BFloat16, DType.BFloat16)]
    public void AddInPlaceAndCopyInPlace_EachPairOfTypes_AgreeWithLibtorch(DType targetType, DType sourceType)
    {
        using var scope = TensorScope.New();
        using var noise = new Generator(1);
        var target = Tensor.Empty([401, 333]).NormalInPlace(0, 1, noise).To(targetType);
        var source = Tensor.Empty([401, 333]).NormalInPlace(0, 1, noise).To(sourceType);
        var sum = (target.To(DType.Float32) + source.To(DType.Float32)).To(targetType);

        CpuKernels.AddInPlace(target, source);
        target.EqualsExactly(sum).ShouldBeTrue();

        CpuKernels.CopyInPlace(target, source);
        target.EqualsExactly(source.To(targetType)).ShouldBeTrue();
    }

    [Fact]
    public void AddInPlace_TensorsThatDoNotFit_NamesBoth()
    {
        using var scope = TensorScope.New();

        Should.Throw<ArgumentException>(() => CpuKernels.AddInPlace(Tensor.Zeros([2, 3]), Tensor.Zeros([2, 2]))).Message.ShouldBe(
            "CPU kernels take two contiguous float32 or bfloat16 tensors of one length on the CPU, but got [2, 3] float32 cpu and [2, 2] float32 cpu.");
        Should.Throw<ArgumentException>(() => CpuKernels.CopyInPlace(Tensor.Zeros([2, 3]), Tensor.Zeros([2, 3], DType.Float64)));
        Should.Throw<ArgumentException>(() => CpuKernels.CopyInPlace(Tensor.Zeros([2, 3]), Tensor.Zeros([3, 2]).Transpose(0, 1)));
    }
}
