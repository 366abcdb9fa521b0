using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class GrowthWatchTests
{
    [Fact]
    public void HasGrown_AThirdAboveWhatItSettledAt_IsSaidOnceAndThenMeasuredAnew()
    {
        var watch = new GrowthWatch();

        bool[] said = [.. new long[] { 300, 250, 400, 401, 900, 1200, 1201 }.Select(watch.HasGrown)];

        said.ShouldBe([false, false, false, true, false, false, true]);
    }
}
