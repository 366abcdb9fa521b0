using Google.Protobuf;
using Inkstone.Evaluating;
using Inkstone.Tests.Support;
using Inkstone.Tracking.TensorBoard;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Tracking;

public sealed class EventFileTests : IDisposable
{
    private static readonly string Sample = Repo.Golden("tracking", "events.out.tfevents.1700000000.sample");
    private static readonly string HParamsSample = Repo.Golden("tracking", "hparams-events.out.tfevents.1700000000.sample");

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("events.out.tfevents.1700000000.sample", 12)]
    [InlineData("hparams-events.out.tfevents.1700000000.sample", 5)]
    public void Frame_EventsOfSummaryWriter_GiveItsFileByteForByte(string name, int events)
    {
        var golden = Repo.Golden("tracking", name);

        var read = EventFileReader.Read(golden);

        read.Count.ShouldBe(events);
        read.SelectMany(EventFile.Frame).ToArray().ShouldBe(File.ReadAllBytes(golden));
    }

    [Fact]
    public void Create_FirstEvent_HasTheVersionOfSummaryWriter()
    {
        using (new EventFile(scratch.Path, new ManualTime()))
        {
        }

        var file = Directory.GetFiles(scratch.Path).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldStartWith("events.out.tfevents.1772357400.");
        var ours = EventFileReader.Read(file).ShouldHaveSingleItem();
        ours.FileVersion.ShouldBe(EventFileReader.Read(Sample)[0].FileVersion);
        ours.WallTime.ShouldBe(1772357400);
    }

    [Fact]
    public void Scalars_LossOfTheSample_AreItsSummaries()
    {
        var golden = GoldenValues(Sample).Where(value => value.ValueCase == SummaryValue.ValueOneofCase.SimpleValue).ToList();

        golden.Count.ShouldBe(7);
        foreach (var value in golden)
        {
            Summaries.Scalars([new(value.Tag, value.SimpleValue)]).Value.ShouldBe([value]);
        }
    }

    [Fact]
    public void Scalars_Zero_IsWrittenAsANumber()
    {
        var summary = Summary.Parser.ParseFrom(Summaries.Scalars([new("train/loss", 0)]).ToByteArray());

        summary.Value[0].ValueCase.ShouldBe(SummaryValue.ValueOneofCase.SimpleValue);
    }

    [Fact]
    public void Code_TextOfTheSample_IsItsSummary() =>
        Summaries.Code("recipe", "seed: 42\npooling: mean\n").Value.ShouldBe([GoldenValue(Sample, "recipe/text_summary")]);

    [Fact]
    public void PrCurve_RowsOfTheSample_AreItsSummary()
    {
        var golden = GoldenValue(Sample, "pr/positive");
        var thresholds = (int)golden.Tensor.TensorShape.Dim[1].Size;
        var counts = golden.Tensor.FloatVal.Chunk(thresholds).Select(row => row.Select(number => (int)number).ToArray()).ToArray();

        // Rows that lie between two thresholds, as many as the counts fall by there.
        var probabilities = new List<double>();
        var isPositive = new List<bool>();
        foreach (var positive in new[] { true, false })
        {
            var atLeast = counts[positive ? 0 : 1];
            for (var at = 0; at < thresholds; at++)
            {
                var rows = atLeast[at] - (at + 1 < thresholds ? atLeast[at + 1] : 0);
                probabilities.AddRange(Enumerable.Repeat(Math.Min(1, (at + 0.5) / (thresholds - 1)), rows));
                isPositive.AddRange(Enumerable.Repeat(positive, rows));
            }
        }

        var ours = Summaries.PrCurve("pr/positive", probabilities.ToArray(), isPositive.ToArray(), thresholds).Value.ShouldHaveSingleItem();

        probabilities.Count.ShouldBeGreaterThan(30);
        ours.Metadata.ShouldBe(golden.Metadata);
        ours.Tensor.TensorShape.ShouldBe(golden.Tensor.TensorShape);
        ours.Tensor.FloatVal.ShouldBe(golden.Tensor.FloatVal);
        ours.ShouldBe(golden);
    }

    [Fact]
    public void PrCurve_UsualThresholds_AgreesWithTheRankingAtEveryThreshold()
    {
        double[] probabilities = [.. Enumerable.Range(0, 60).Select(row => row * 37 % 60 / 59.0)];
        bool[] isPositive = [.. probabilities.Select((p, row) => (row % 3 == 0) ^ (p > 0.6))];

        var values = Summaries.PrCurve("pr/a", probabilities, isPositive).Value[0].Tensor.FloatVal.Chunk(201).ToArray();

        var exact = new BinaryRanking(probabilities, isPositive).PrecisionRecallCurve()!;
        for (var at = 0; at < 201; at++)
        {
            var point = exact.First(each => each.Threshold >= at / 200.0);
            values[5][at].ShouldBe((float)point.Recall);
            if (!double.IsInfinity(point.Threshold))
            {
                values[4][at].ShouldBe((float)point.Precision);
            }

            (values[0][at] + values[1][at] + values[2][at] + values[3][at]).ShouldBe(60);
        }
    }

    [Fact]
    public void Image_ConfusionMatrix_HasTheFieldsOfTheSample()
    {
        var golden = GoldenValue(Sample, "confusion");

        var ours = Summaries.Image("confusion", ConfusionImage.Draw(new[,] { { 3, 1 }, { 0, 4 } })).Value[0];

        ours.Image.Colorspace.ShouldBe(golden.Image.Colorspace);
        ours.Image.EncodedImageString.Take(8).ShouldBe(golden.Image.EncodedImageString.Take(8));
        PngReader.Read(golden.Image.EncodedImageString.ToByteArray()).Width.ShouldBe(golden.Image.Width);
        var decoded = PngReader.Read(ours.Image.EncodedImageString.ToByteArray());
        (decoded.Width, decoded.Height).ShouldBe((ours.Image.Width, ours.Image.Height));
    }

    [Fact]
    public void HParams_RecordsOfTheSample_AreKnownToTheLastField()
    {
        var golden = GoldenValues(HParamsSample).Where(value => value.Metadata is not null).ToList();

        golden.Select(value => value.Tag).ShouldBe(["_hparams_/experiment", "_hparams_/session_start_info", "_hparams_/session_end_info"]);
        foreach (var value in golden)
        {
            var data = HParamsPluginData.Parser.WithDiscardUnknownFields(true).ParseFrom(value.Metadata.PluginData.Content);
            data.CalculateSize().ShouldBe(value.Metadata.PluginData.Content.Length);
            Summaries.HParams(value.Tag["_hparams_/".Length..], data).Value[0].Metadata.PluginData.PluginName.ShouldBe("hparams");
            HParamsPluginData.Parser.ParseFrom(Summaries.HParams("x", data).Value[0].Metadata.PluginData.Content).ShouldBe(data);
        }
    }

    [Fact]
    public void Read_FileCutAnywhere_GivesTheEventsBefore()
    {
        var bytes = File.ReadAllBytes(Sample);
        var whole = EventFileReader.Read(Sample);

        for (var length = 0; length < bytes.Length; length++)
        {
            var read = EventFileReader.Read(bytes.AsSpan(0, length));

            read.ShouldBe(whole.Take(read.Count));
            read.Sum(each => EventFile.Frame(each).Length).ShouldBeLessThanOrEqualTo(length);
        }
    }

    [Fact]
    public void Read_ChangedByte_IsAnError()
    {
        var bytes = File.ReadAllBytes(Sample);
        bytes[20] ^= 1;

        Should.Throw<InvalidDataException>(() => EventFileReader.Read(bytes));
    }

    private static IEnumerable<SummaryValue> GoldenValues(string file) => EventFileReader.Read(file).SelectMany(each => each.Summary?.Value.AsEnumerable() ?? []);

    private static SummaryValue GoldenValue(string file, string tag) => GoldenValues(file).Single(value => value.Tag == tag);
}
