using System.Globalization;

namespace Inkstone.Cli;

/// <summary>The most memory this process has held.</summary>
internal static class PeakMemory
{
    /// <summary>High-water mark of resident memory in MiB, as Linux counts it (VmHWM).</summary>
    public static double Mebibytes
    {
        get
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }
}
