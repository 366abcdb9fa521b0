using System.Globalization;

namespace Inkstone.Text.Profiling;

/// <summary>Shares as people read them.</summary>
public static class Shares
{
    /// <summary>A share in percent, one decimal: <c>28.3 %</c>; two where it is below 0.1 %; <c>0 %</c> only where it is nothing.</summary>
    public static string Percent(long part, long whole)
    {
        var percent = whole == 0 ? 0 : 100.0 * part / whole;
        var form = percent switch { 0 => "0", < 0.01 => "<0.01", < 0.1 => "0.00", _ => "0.0" };
        return form.StartsWith('<') ? $"{form} %" : percent.ToString(form, CultureInfo.InvariantCulture) + " %";
    }
}
