using System.Globalization;

namespace Inkstone.Cli;

/// <summary>Times and sizes as people read them, however large.</summary>
internal static class Quantity
{
    private const double Hour = 3600;
    private const double Day = 24 * Hour;
    private const double Year = 365.25 * Day;
    private static readonly string[] BinaryUnits = ["MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Hours, minutes and seconds; from a hundred hours on days, then years.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 100 * Hour => Clock(TimeSpan.FromSeconds(seconds)),
        < 2 * Year => Invariant($"{seconds / Day:0.0} days"),
        < 1e6 * Year => Invariant($"{seconds / Year:0.#} years"),
        _ => "over a million years",
    };

    /// <summary>Memory or disk, in MiB or the unit that makes it a number below a thousand or so.</summary>
    public static string Binary(double bytes)
    {
        var (value, unit) = (bytes / (1 << 20), 0);
        while (value >= 1000 && unit < BinaryUnits.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return unit == 0 ? Invariant($"{value:0} MiB") : Invariant($"{value:0.0} {BinaryUnits[unit]}");
    }

    private static string Clock(TimeSpan span) => Invariant($"{(long)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
