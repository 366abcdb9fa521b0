using System.Globalization;
using Inkstone.Pretraining;
using Inkstone.Tracking;

namespace Inkstone.Cli;

/// <summary>One line on how far a run is: as much as the terminal has room for, and the time left always.</summary>
internal static class ProgressLine
{
    private const int BarWidth = 20;

    /// <summary>A training's line.</summary>
    /// <param name="record">The last step.</param>
    /// <param name="loss">The loss to show.</param>
    /// <param name="secondsPerStep">How long the steps to come will take.</param>
    /// <param name="width">Columns that there are; <see cref="int.MaxValue"/> where the output is no terminal, which gets no bar.</param>
    public static string Of(StepRecord record, double loss, double secondsPerStep, int width)
    {
        var step = Invariant($"step {record.Step}/{record.TotalSteps}");
        var epoch = Invariant($"epoch {record.Epoch:0.00}");
        var timedEpoch = record.StepsLeftInEpoch is { } steps ? $"{epoch} ({Quantity.Time(secondsPerStep * steps)} left)" : epoch;
        var lossAndRate = Invariant($"loss {loss:0.0000}  lr {record.LearningRate:0.0e-00}");
        var (samples, tokens) = (Invariant($"{record.SamplesPerSecond:0.0} samples/s"), Invariant($"{record.TokensPerSecond:0} tokens/s"));
        var time = $"{Quantity.Time(secondsPerStep * (record.TotalSteps - record.Step))} left";
        return Richest(
            width,
            width == int.MaxValue ? "" : $"{Bar(record.Step, record.TotalSteps)}  {step}  {timedEpoch}  {lossAndRate}  {samples}  {tokens}  {time}",
            $"{step}  {timedEpoch}  {lossAndRate}  {samples}  {tokens}  {time}",
            $"{step}  {timedEpoch}  {lossAndRate}  {tokens}  {time}",
            $"{step}  {epoch}  {lossAndRate}  {tokens}  {time}",
            $"{step}  {lossAndRate}  {tokens}  {time}",
            $"{step}  {Invariant($"loss {loss:0.0000}")}  {time}",
            $"{step}  {time}",
            time);
    }

    /// <summary>An evaluation's line.</summary>
    /// <param name="split">The rows' name.</param>
    /// <param name="done">Rows done.</param>
    /// <param name="total">Rows that there are.</param>
    /// <param name="secondsPerRow">How long a row takes; null where nobody knows yet.</param>
    /// <param name="width">As for a training's line.</param>
    public static string OfEvaluation(string split, int done, int total, double? secondsPerRow, int width)
    {
        var words = Invariant($"evaluating on {split}: {done}/{total}");
        var rate = secondsPerRow is > 0 and var seconds ? Invariant($"  {1 / seconds:0.0} samples/s") : "";
        var time = secondsPerRow is { } each ? $"  {Quantity.Time(each * (total - done))} left" : "";
        return Richest(width, width == int.MaxValue ? "" : $"{Bar(done, total)}  {words}{rate}{time}", $"{words}{rate}{time}", $"{words}{time}", words);
    }

    /// <summary>A pre-training's line.</summary>
    /// <param name="record">The last step.</param>
    /// <param name="loss">The loss to show.</param>
    /// <param name="width">As for a training's line.</param>
    public static string Of(PretrainRecord record, double loss, int width)
    {
        var share = Invariant($"step {record.Step}  {100 * record.Share:0.0} %");
        var rate = Invariant($"lr {record.LearningRate:0.0e-00}");
        var (shownLoss, tokens) = (Invariant($"loss {loss:0.0000}"), Invariant($"{record.TokensPerSecond:0} tokens/s"));
        var time = record.Left is { } left ? $"{Quantity.Time(left.TotalSeconds)} left" : "-:--:-- left";
        return Richest(
            width,
            Invariant($"{share}  epoch {record.Epoch:0.00}  {shownLoss}  {rate}  {record.Tokens / 1e6:0.0} M tokens  {tokens}  {time}"),
            $"{share}  {shownLoss}  {rate}  {tokens}  {time}",
            $"{share}  {shownLoss}  {time}",
            $"{share}  {time}",
            time);
    }

    /// <summary>A download's line.</summary>
    /// <param name="file">What is downloaded.</param>
    /// <param name="done">Bytes that are there.</param>
    /// <param name="total">Bytes that there will be; null where nobody knows.</param>
    /// <param name="bytesPerSecond">How fast they come; 0 where that is not known yet.</param>
    /// <param name="width">Columns that there are.</param>
    public static string Of(string file, long done, long? total, double bytesPerSecond, int width)
    {
        var rate = $"{Bytes(bytesPerSecond)}/s";
        if (total is not { } size)
        {
            return Richest(width, $"{file}  {Bytes(done)}  {rate}", $"{file}  {Bytes(done)}", Bytes(done));
        }

        var time = bytesPerSecond > 0 && (size - done) / bytesPerSecond is var seconds and < 360_000 ? $"{Quantity.Time(seconds)} left" : "-:--:-- left";
        var amount = $"{Bytes(done)} of {Bytes(size)}";
        return Richest(
            width,
            width == int.MaxValue ? "" : $"{Bar(done, size)}  {file}  {amount}  {rate}  {time}",
            $"{file}  {amount}  {rate}  {time}",
            $"{amount}  {rate}  {time}",
            $"{amount}  {time}",
            time);
    }

    /// <summary>A size in units that people read: powers of a thousand, as the hub's pages show them.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1e3 => Invariant($"{bytes:0} B"),
        < 1e6 => Invariant($"{bytes / 1e3:0.0} kB"),
        < 1e9 => Invariant($"{bytes / 1e6:0.0} MB"),
        _ => Invariant($"{bytes / 1e9:0.00} GB"),
    };

    private static string Richest(int width, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Length > 0 && line.Length <= width)
            {
                return line;
            }
        }

        return lines[^1];
    }

    private static string Bar(long done, long total)
    {
        var filled = (int)(BarWidth * done / Math.Max(1, total));
        return new string('█', filled) + new string('░', BarWidth - filled);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
