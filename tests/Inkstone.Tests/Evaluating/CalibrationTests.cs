using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class CalibrationTests
{
    [Fact]
    public void ExpectedError_ConfidenceOnAnEdge_BelongsToTheBinBelow()
    {
        var edge = 10 * (1.0 / 15);

        // In one bin, 1 right of 2; in two, each bin counts by itself.
        Calibration.ExpectedError([edge, edge - 0.01], [true, false]).ShouldBe(Math.Abs(1 - (2 * edge) + 0.01) / 2, 1e-12);
        Calibration.ExpectedError([edge + 0.001, edge - 0.01], [true, false]).ShouldBe((1 - edge - 0.001 + edge - 0.01) / 2, 1e-12);
    }

    [Fact]
    public void ExpectedError_CertainAndRight_IsZero() => Calibration.ExpectedError([1, 1], [true, true]).ShouldBe(0);

    [Fact]
    public void BrierScore_MoreThanTwoClasses_SumsOverThem()
    {
        Calibration.BrierScore([0], [[0.5, 0.3, 0.2]]).ShouldBe(0.25 + 0.09 + 0.04, 1e-12);
        Calibration.BrierScore([0], [[0.6, 0.4]]).ShouldBe(0.16, 1e-12);
    }
}
