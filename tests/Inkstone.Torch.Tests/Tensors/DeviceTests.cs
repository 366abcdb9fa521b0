using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu", false)]
    [InlineData("cuda", "cuda:0", true)]
    [InlineData("cuda:3", "cuda:3", true)]
    public void Parse_KnownName_IsThatDevice(string text, string name, bool isCuda)
    {
        var device = Device.Parse(text);

        device.ToString().ShouldBe(name);
        device.IsCuda.ShouldBe(isCuda);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void Parse_AnythingElse_SaysWhatWasExpected(string text) =>
        Should.Throw<FormatException>(() => Device.Parse(text)).Message.ShouldBe($"A device must be cpu, cuda or cuda:N, but is '{text}'.");

    [Fact]
    public void Equality_OfTwoParsedAlike_Holds() => Device.Parse("cuda:1").ShouldBe(Device.Cuda(1));
}
