using Google.Protobuf;
using Inkstone.Evaluating;

namespace Inkstone.Tracking.TensorBoard;

/// <summary>Summaries in the forms that TensorBoard's dashboards read.</summary>
internal static class Summaries
{
    // TensorBoard's own default.
    private const int UsualThresholds = 201;

    public static Summary Scalars(IEnumerable<KeyValuePair<string, double>> numbers) =>
        Of([.. numbers.Select(number => new SummaryValue { Tag = number.Key, SimpleValue = (float)number.Value })]);

    /// <summary>Text that the dashboard shows as Markdown.</summary>
    public static Summary Text(string tag, string markdown) => Of(new SummaryValue
    {
        Tag = $"{tag}/text_summary",
        Metadata = Plugin("text", ByteString.Empty),
        Tensor = new() { Dtype = DataType.DtString, TensorShape = Shape(1), StringVal = { ByteString.CopyFromUtf8(markdown) } },
    });

    /// <summary>A text of fixed layout: four spaces make it code in Markdown.</summary>
    public static Summary Code(string tag, string text) => Text(tag, string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => "    " + line)));

    /// <summary>A PNG.</summary>
    public static Summary Image(string tag, PixelImage image) => Of(new SummaryValue
    {
        Tag = tag,
        Image = new() { Height = image.Height, Width = image.Width, Colorspace = 3, EncodedImageString = ByteString.CopyFrom(Png.Encode(image)) },
    });

    /// <summary>One class against the rest, at thresholds from 0 to 1: a row of probability p counts from threshold 0 up to p.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="probabilities">The class's probability in each row.</param>
    /// <param name="isPositive">Whether each row is of the class.</param>
    /// <param name="thresholds">How many, 0 and 1 included.</param>
    public static Summary PrCurve(string tag, ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> isPositive, int thresholds = UsualThresholds)
    {
        var truePositives = new long[thresholds];
        var falsePositives = new long[thresholds];
        for (var row = 0; row < probabilities.Length; row++)
        {
            var highest = Math.Clamp((int)Math.Floor(probabilities[row] * (thresholds - 1)), 0, thresholds - 1);
            (isPositive[row] ? truePositives : falsePositives)[highest]++;
        }

        for (var at = thresholds - 2; at >= 0; at--)
        {
            truePositives[at] += truePositives[at + 1];
            falsePositives[at] += falsePositives[at + 1];
        }

        var tensor = new TensorProto { Dtype = DataType.DtFloat, TensorShape = Shape(6, thresholds) };
        tensor.FloatVal.AddRange(truePositives.Select(count => (float)count));
        tensor.FloatVal.AddRange(falsePositives.Select(count => (float)count));
        tensor.FloatVal.AddRange(falsePositives.Select(count => (float)(falsePositives[0] - count)));
        tensor.FloatVal.AddRange(truePositives.Select(count => (float)(truePositives[0] - count)));
        tensor.FloatVal.AddRange(truePositives.Select((count, at) => Share(count, count + falsePositives[at])));
        tensor.FloatVal.AddRange(truePositives.Select(count => Share(count, truePositives[0])));
        var content = new PrCurvePluginData { NumThresholds = (uint)thresholds }.ToByteString();
        return Of(new SummaryValue { Tag = tag, Metadata = Plugin("pr_curves", content), Tensor = tensor });
    }

    /// <summary>A record of the hparams dashboard.</summary>
    public static Summary HParams(string tag, HParamsPluginData data) =>
        Of(new SummaryValue { Tag = $"_hparams_/{tag}", Metadata = Plugin("hparams", data.ToByteString()) });

    /// <summary>The classes behind the numbers on the axes of a confusion matrix, as a Markdown table.</summary>
    public static string ClassTable(ClassificationMetrics metrics)
    {
        var matrix = new ConfusionMatrix(metrics.Confusion);
        string[] lines =
        [
            "| id | label | rows | predicted | precision | recall | F1 |", "|---|---|---|---|---|---|---|",
            .. metrics.Labels.Select((label, id) => FormattableString.Invariant(
                $"| {id} | {label.Replace("|", "\\|", StringComparison.Ordinal)} | {matrix.Actual(id)} | {matrix.Predicted(id)} | {matrix.Precision(id):F4} | {matrix.Recall(id):F4} | {matrix.F1(id):F4} |")),
        ];
        return string.Join('\n', lines);
    }

    private static Summary Of(params SummaryValue[] values) => new() { Value = { values } };

    private static SummaryMetadata Plugin(string name, ByteString content) => new() { PluginData = new() { PluginName = name, Content = content } };

    private static TensorShapeProto Shape(params long[] sizes) => new() { Dim = { sizes.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };

    private static float Share(long part, long whole) => whole == 0 ? 0 : (float)part / whole;
}
