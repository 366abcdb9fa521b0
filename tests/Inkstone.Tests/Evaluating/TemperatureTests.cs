using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class TemperatureTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Fit_LogitsStretched_FindsTheStretch(double stretch)
    {
        var plain = Rows(1);
        var before = Temperature.Fit(plain, "validation")!;

        var temperature = Temperature.Fit(Rows(stretch), "validation")!;

        temperature.Value.ShouldBe(before.Value * stretch, 1e-6);
        temperature.LossAfter.ShouldBe(before.LossAfter, 1e-9);
        (temperature.FittedOn, temperature.Rows).ShouldBe(("validation", plain.Count));
    }

    [Fact]
    public void Fit_AnyRows_IsTheLeastLoss()
    {
        var rows = Rows(2);

        var temperature = Temperature.Fit(rows, "validation")!;

        Loss(temperature.Value).ShouldBe(temperature.LossAfter, 1e-12);
        Loss(1).ShouldBe(temperature.LossBefore, 1e-12);
        Loss(temperature.Value * 1.01).ShouldBeGreaterThan(temperature.LossAfter);
        Loss(temperature.Value * 0.99).ShouldBeGreaterThan(temperature.LossAfter);

        double Loss(double value) => rows.Average(row => Probabilities.CrossEntropy([.. row.Logits.Select(logit => logit / value)], row.LabelId));
    }

    [Fact]
    public void Fit_EveryRowRight_IsNone()
    {
        Temperature.Fit([.. Rows(1).Where(row => !row.IsWrong)], "validation").ShouldBeNull();
        Temperature.Fit([], "validation").ShouldBeNull();
    }

    [Fact]
    public void Read_WhatWasWritten_IsEqual_AndDamageIsTold()
    {
        var temperature = Temperature.Fit(Rows(1), "validation")!;

        temperature.Write(scratch.Path);

        Temperature.Read(scratch.Path).ShouldBe(temperature);
        scratch.Write(Temperature.FileName, "{\"value\": 0}");
        Should.Throw<InvalidCheckpointException>(() => Temperature.Read(scratch.Path)).Message.ShouldContain("is damaged");
        File.Delete(scratch.Combine(Temperature.FileName));
        Temperature.Read(scratch.Path).ShouldBeNull();
    }

    [Fact]
    public void Reliability_OfGolden_AgreesWithItsMetrics()
    {
        var rows = Rows(1);
        var golden = MetricGolden.All[2];

        var reliability = Reliability.Of(rows)!;

        reliability.ExpectedCalibrationError.ShouldBe(golden.Ece, 1e-9);
        reliability.Loss.ShouldBe(golden.LogLoss, 1e-9);
        reliability.Bins.Sum(bin => bin.Rows).ShouldBe(rows.Count);
        reliability.Bins.Where(bin => bin.Rows > 0).Sum(bin => bin.Rows * Math.Abs(bin.Accuracy!.Value - bin.Confidence!.Value)).ShouldBe(golden.Ece * rows.Count, 1e-9);
        reliability.Coverage[0].ShouldBe(new CoveragePoint(0, 1, golden.Accuracy));
        reliability.Coverage.Zip(reliability.Coverage.Skip(1)).ShouldAllBe(pair => pair.First.Coverage >= pair.Second.Coverage);
        Reliability.Of([]).ShouldBeNull();
    }

    private static List<JudgedRow> Rows(double stretch) => [.. MetricGolden.All[2].Logits.Select((logits, index) => new JudgedRow(
        new Row { Text = "文", File = "a.csv", Line = index + 2 }, MetricGolden.All[2].Labels[index], [.. logits.Select(logit => logit * stretch)]))];
}
