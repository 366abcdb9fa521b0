using System.Globalization;
using Inkstone.Tracking;

namespace Inkstone.Cli;

/// <summary>One line on how far a run is: as much as the terminal has room for, and the time left always.</summary>
internal static class ProgressLine
{
    private const int BarWidth = 20;

    /// <param name="record">The last step.</param>
    /// <param name="loss">The loss to show.</param>
    /// <param name="width">Columns that there are.</param>
    public static string Of(StepRecord record, double loss, int width)
    {
        var left = TimeSpan.FromSeconds(record.Seconds / record.Step * (record.TotalSteps - record.Step));
        var step = Invariant($"step {record.Step}/{record.TotalSteps}");
        var numbers = Invariant($"loss {loss:0.0000}  lr {record.LearningRate:0.0e-00}  {record.SamplesPerSecond:0.0} samples/s  {record.TokensPerSecond:0} tokens/s");
        var time = Invariant($"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00} left");
        return Richest(
            width,
            width == int.MaxValue ? "" : $"{Bar(record.Step, record.TotalSteps)}  {step}  epoch {Invariant($"{record.Epoch:0.00}")}  {numbers}  {time}",
            $"{step}  epoch {Invariant($"{record.Epoch:0.00}")}  {numbers}  {time}",
            $"{step}  {numbers}  {time}",
            $"{step} {numbers.Replace("  ", " ", StringComparison.Ordinal)} {time}",
            $"{step}  {Invariant($"loss {loss:0.0000}")}  {time}",
            $"{step}  {time}",
            time);
    }

    /// <summary>An evaluation's line.</summary>
    public static string Of(string split, int done, int total, int width)
    {
        var words = Invariant($"evaluating on {split}: {done}/{total}");
        return Richest(width, $"{Bar(done, total)}  {words}", words);
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

        var left = bytesPerSecond > 0 && (size - done) / bytesPerSecond is var seconds and < 360_000 ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var time = left is { } span ? Invariant($"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00} left") : "-:--:-- left";
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
