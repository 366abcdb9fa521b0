using System.Globalization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Version_OfAnyBuild_IsOneThatWeSupport() => System.Version.Parse(TorchRuntime.Version).ShouldBeGreaterThanOrEqualTo(new Version(1, 13));

    [Fact]
    public void LoadInBackground_BesideAFirstUse_DisturbsNobody()
    {
        TorchRuntime.LoadInBackground();

        using var ones = Tensor.Ones([2]);
        ones.Sum().ToDouble().ShouldBe(2);
    }

    [Fact]
    public void Configuration_OfAnyBuild_NamesTheCpuCapability() => TorchRuntime.Configuration.ShouldContain("CPU capability");

    [Fact]
    public void ThreadCount_Set_IsKept()
    {
        var before = TorchRuntime.ThreadCount;
        try
        {
            TorchRuntime.ThreadCount = 1;
            TorchRuntime.ThreadCount.ShouldBe(1);
        }
        finally
        {
            TorchRuntime.ThreadCount = before;
        }
    }

    [Fact]
    public void ThreadCount_Zero_IsRefused() => Should.Throw<TorchException>(() => TorchRuntime.ThreadCount = 0).Operator.ShouldBe("ThreadCount");

    [Fact]
    public void ManualSeed_SameSeed_GivesTheSameNumbers()
    {
        using var scope = TensorScope.New();
        TorchRuntime.ManualSeed(3);
        var first = Tensor.Empty([8]).NormalInPlace(0, 1);
        TorchRuntime.ManualSeed(3);

        Tensor.Empty([8]).NormalInPlace(0, 1).EqualsExactly(first).ShouldBeTrue();
    }

    [Fact]
    public void CudaDeviceCount_OfAnyBuild_IsNoError() => TorchRuntime.CudaDeviceCount.ShouldBeGreaterThanOrEqualTo(0);

    [Theory]
    [InlineData("flags\t\t: fpu avx512_bf16 sse", true)]
    [InlineData("flags\t\t: amx_bf16", true)]
    [InlineData("flags\t\t: fpu avx512f bf16ish", false)]
    [InlineData("bugs\t\t: avx512_bf16", false)]
    public void HasBFloat16_FromProcessorFlags_ReadsThem(string line, bool expected) =>
        TorchRuntime.HasBFloat16(["processor\t: 0", line]).ShouldBe(expected);

    [Theory]
    [InlineData("AuthenticAMD", "fpu avx512_bf16", true)]
    [InlineData("GenuineIntel", "fpu avx512_bf16", false)]
    [InlineData("GenuineIntel", "fpu avx512_bf16 amx_bf16 amx_tile", true)]
    [InlineData("AuthenticAMD", "fpu avx512f", false)]
    public void IsFasterInBFloat16_FromProcessorFlags_KnowsWhereItPays(string vendor, string flags, bool expected) =>
        TorchRuntime.IsFasterInBFloat16(["processor\t: 0", $"vendor_id\t: {vendor}", $"flags\t\t: {flags}"]).ShouldBe(expected);

    [Fact]
    public void ThreadCount_AtTheStart_IsWhatTheProcessMayUse() =>
        TorchRuntime.ThreadCount.ShouldBe(
            int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var told)
                ? told
                : Environment.ProcessorCount);
}
