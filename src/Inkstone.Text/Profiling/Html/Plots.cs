using static Inkstone.Text.Profiling.Html.HtmlText;

namespace Inkstone.Text.Profiling.Html;

/// <summary>Plots as inline SVG; colors come from the page's style, so that they follow light and dark.</summary>
internal static class Plots
{
    private const double Width = 640, Left = 8, Right = 8, Top = 18, BarsHigh = 120, Below = 22;
    private const int Bars = 48;

    /// <summary>Lengths as bars up to the 99th percentile, with a line for each limit that would cut there.</summary>
    /// <param name="lengths">The lengths.</param>
    /// <param name="unit">What they count, for the reader.</param>
    /// <param name="limits">Candidate limits; those beyond the last bar are left out.</param>
    public static Markup Histogram(LengthHistogram lengths, string unit, IEnumerable<int> limits)
    {
        var bins = lengths.Bins(Bars);
        if (bins.Count == 0)
        {
            return Of($"<p>No rows.</p>");
        }

        var binWidth = bins.Count == 1 ? bins[0].To + 1 : bins[1].From;
        var most = bins.Max(bin => bin.Count);
        var step = (Width - Left - Right) / bins.Count;
        var bars = bins.Select((bin, i) => Of(
            $"""<rect class="bar" x="{Left + (i * step)}" y="{Top + BarsHigh - (BarsHigh * bin.Count / most)}" width="{Math.Max(0.5, step - 1)}" height="{BarsHigh * bin.Count / most}"><title>{bin.From} to {bin.To} {unit}: {bin.Count} rows</title></rect>"""));
        var lines = limits.Where(limit => limit <= bins.Count * binWidth).Select(limit => Line(limit, Left + (step * limit / binWidth)));
        var ticks = Enumerable.Range(0, 5).Select(i => Of(
            $"""<text class="tick" x="{Left + ((Width - Left - Right) * i / 4)}" y="{Top + BarsHigh + 14}" text-anchor="{(i == 0 ? "start" : i == 4 ? "end" : "middle")}">{bins.Count * binWidth * i / 4}</text>"""));
        return Of($"""<svg viewBox="0 0 {Width} {Top + BarsHigh + Below}" role="img" aria-label="Histogram of lengths in {unit}"><line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Top + BarsHigh}" y2="{Top + BarsHigh}"/>{Join(bars)}{Join(lines)}{Join(ticks)}</svg>""");

        static Markup Line(int limit, double x) => Of(
            $"""<line class="limit" x1="{x}" x2="{x}" y1="{Top}" y2="{Top + BarsHigh}"/><text class="limit-name" x="{x}" y="{Top - 5}" text-anchor="middle">{limit}</text>""");
    }

    /// <summary>Labels as bars, commonest first.</summary>
    public static Markup Labels(IReadOnlyList<LabelCount> labels, long rows)
    {
        const double High = 20, NameWidth = 150, NumberWidth = 130;
        var most = Math.Max(1, labels.Max(label => label.Rows));
        var bars = labels.Select((label, i) => Of(
            $"""<text x="{NameWidth - 6}" y="{(i * High) + 14}" text-anchor="end">{Short(label.Label)}<title>{label.Label}</title></text><rect class="bar" x="{NameWidth}" y="{(i * High) + 3}" width="{(Width - NameWidth - NumberWidth) * label.Rows / most}" height="{High - 6}"/><text x="{NameWidth + ((Width - NameWidth - NumberWidth) * label.Rows / most) + 6}" y="{(i * High) + 14}">{label.Rows} ({Shares.Percent(label.Rows, rows)})</text>"""));
        return Of($"""<svg viewBox="0 0 {Width} {labels.Count * High}" role="img" aria-label="Rows of each label">{Join(bars)}</svg>""");
    }

    /// <summary>A table of splits by splits, darker where more leaks.</summary>
    public static Markup LeakMatrix(IReadOnlyList<string> splits, IReadOnlyList<Leak> leaks)
    {
        var heads = splits.Select(split => Of($"<th>{split}</th>"));
        var rows = splits.Select(from => Of($"<tr><th>{from}</th>{Join(splits.Select(to => Cell(leaks.FirstOrDefault(leak => leak.From == from && leak.To == to))))}</tr>"));
        return Of($"<table class=\"matrix\"><thead><tr><th>rows of … → stand in ↓</th>{Join(heads)}</tr></thead><tbody>{Join(rows)}</tbody></table>");

        static Markup Cell(Leak? leak) => leak is null
            ? Of($"<td class=\"none\">·</td>")
            : Of($"""<td style="--share:{Math.Min(100, Math.Ceiling(100 * leak.Share))}%">{leak.Exact} exact<br/>{(leak.NearIsEstimate ? "≈ " : "")}{leak.Near} near<br/><small>{Shares.Percent(leak.Exact + leak.Near, leak.Rows)}</small></td>""");
    }

    private static string Short(string label) => label.Length > 12 ? string.Concat(label.AsSpan(0, char.IsHighSurrogate(label[10]) ? 10 : 11), "…") : label;
}
