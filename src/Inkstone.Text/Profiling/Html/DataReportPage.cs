using System.Globalization;
using static Inkstone.Text.Profiling.Html.HtmlText;

namespace Inkstone.Text.Profiling.Html;

/// <summary>A report as one page that needs nothing else: no script, no font, no picture from elsewhere.</summary>
public static class DataReportPage
{
    private const int MostLabels = 30;

    /// <summary>The page.</summary>
    public static string Write(DataReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var title = "Data report: " + string.Join(", ", report.Files.Select(file => file.Split));
        return Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>{title}</title>
            <style>{new Markup(Style)}</style>
            </head>
            <body>
            <h1>{title}</h1>
            <section id="findings"><h2>Findings</h2>{Findings(report)}</section>
            <section id="overview"><h2>Files</h2>{Overview(report)}</section>
            {Leaks(report)}
            {Join(report.Files.Select(File))}
            <footer>Texts are compared by NFKC, lower case and without white space. Lengths in tokens include [CLS] and [SEP]; the vocabulary is {report.Tokenizer} ({report.VocabularySize} tokens).</footer>
            </body>
            </html>

            """).Value;
    }

    private static Markup Findings(DataReport report) => report.Findings.Count == 0
        ? Of($"<p>Nothing stands out.</p>")
        : Of($"<ol>{Join(report.Findings.Select(finding => Of($"<li class=\"{finding.Level.ToString().ToLowerInvariant()}\">{finding.Text}</li>")))}</ol>");

    private static Markup Overview(DataReport report)
    {
        var rows = report.Files.Select(file => Of(
            $"<tr><th>{file.Split}</th><td class=\"path\">{file.Path}</td><td>{file.Encoding ?? "–"}</td><td>{file.Rows}</td><td>{file.Labels.Count}</td><td>{file.Unlabelled}</td><td>{file.Empty}</td><td>{file.Duplicates}</td><td>{file.Conflicting}</td><td>{file.SetAside}</td></tr>"));
        return Table(["split", "file", "encoding", "rows", "labels", "unlabelled", "empty", "repeated rows", "conflicting texts", "unreadable"], rows);
    }

    private static Markup Leaks(DataReport report)
    {
        if (report.Leaks.Count == 0)
        {
            return default;
        }

        var examples = report.Leaks.SelectMany(leak => leak.Examples.Select(example => Of(
            $"<tr><th>{leak.To} → {leak.From}</th><td class=\"text\">{example.TextStart}</td><td>{Place(example.Place)}</td><td>{(example.Source is { } source ? Place(source) : Of($"near, {100 * example.Share:0} %"))}</td></tr>"))).ToArray();
        return Of($"""<section id="leaks"><h2>Leaks between splits</h2>{Plots.LeakMatrix([.. report.Files.Select(file => file.Split)], report.Leaks)}<p>Near: rows whose text stands not in the other split, but over 30 % of its 20-character windows do.</p>{Details("Examples", ["rows of → in", "text", "place", "stands in the other split"], examples)}</section>""");
    }

    private static Markup File(FileProfile file)
    {
        var labels = file.Labels.Take(MostLabels).ToArray();
        var loss = file.Truncation.Select(loss => Of(
            $"<tr><th>{loss.MaxLength}</th><td>{loss.Rows}</td><td>{Shares.Percent(loss.Rows, file.Rows)}</td><td>{loss.Tokens}</td><td>{Shares.Percent(loss.Tokens, file.Tokens.Sum)}</td></tr>"));
        var marks = file.Marks.Select(mark => Of($"<tr><th>{mark.Mark}</th><td>{mark.Rows}</td><td>{Shares.Percent(mark.Rows, file.Rows)}</td></tr>"));
        var conflicts = file.Conflicts.Select(text => Of($"<tr><td class=\"text\">{text.TextStart}</td><td>{Join(text.Places.Select(place => Of($"{Place(place)}<br/>")))}</td></tr>")).ToArray();
        var setAside = file.SetAsideRecords.Select(record => Of($"<tr><td class=\"path\">{record.File}</td><td>{record.Line}</td><td class=\"text\">{record.Problem}</td></tr>")).ToArray();
        return Of($"""
            <section class="file"><h2>{file.Split}</h2>
            {(labels.Length == 0 ? default : Of($"<h3>Labels</h3>{Plots.Labels(labels, file.Rows)}{(file.Labels.Count > labels.Length ? Of($"<p>and {file.Labels.Count - labels.Length} more</p>") : default)}"))}
            <h3>Characters</h3>{Plots.Histogram(file.Characters, "characters", [])}{Lengths(file.Characters)}
            <h3>Tokens</h3>{Plots.Histogram(file.Tokens, "tokens", DataReport.MaxLengths)}{Lengths(file.Tokens)}
            <h3>What truncation would cut</h3>{Table(["max_length", "rows", "of all rows", "tokens", "of all tokens"], loss)}
            <p>Rows lose their ends with truncation_side right, their beginnings with left; the numbers are the same.</p>
            <h3>Marks of the texts</h3>{Table(["mark", "rows", "of all rows"], marks)}
            <h3>Unknown to the vocabulary</h3><p>{file.UnknownTokens} of {file.TextTokens} tokens ({Shares.Percent(file.UnknownTokens, file.TextTokens)}){(file.UnknownCharacters.Count == 0 ? default : Of($": {Join(file.UnknownCharacters.Select(Unknown))}"))}</p>
            {Details("Texts with several labels", ["text", "places"], conflicts)}
            {Details("Records that could not be read", ["file", "line", "problem"], setAside)}
            </section>
            """);
    }

    private static Markup Unknown(UnknownCharacter character) =>
        Of($"<span class=\"unknown\" title=\"U+{character.CodePoint.ToString("X4", CultureInfo.InvariantCulture)}\">{character.Text} {character.Count}</span> ");

    private static Markup Lengths(LengthHistogram lengths) => Of(
        $"<p>mean {lengths.Mean:0.0} · p50 {lengths.Percentile(0.5)} · p90 {lengths.Percentile(0.9)} · p99 {lengths.Percentile(0.99)} · max {lengths.Max}. The last bar holds all longer ones.</p>");

    private static Markup Place(LabelledPlace place) => Of($"{place.ToString()}");

    private static Markup Details(string title, string[] heads, Markup[] rows) =>
        rows.Length == 0 ? default : Of($"<details><summary>{title}</summary>{Table(heads, rows)}</details>");

    private static Markup Table(IEnumerable<string> heads, IEnumerable<Markup> rows) =>
        Of($"<table><thead><tr>{Join(heads.Select(head => Of($"<th>{head}</th>")))}</tr></thead><tbody>{Join(rows)}</tbody></table>");

    private const string Style = """

        :root { color-scheme: light dark; --back: #fff; --ink: #1d2126; --soft: #68707a; --line: #d5dae0; --bar: #3b7dbd; --limit: #b3472e; --serious: #b3261e; --warning: #8a6100; }
        @media (prefers-color-scheme: dark) { :root { --back: #15181c; --ink: #e4e7eb; --soft: #9aa3ad; --line: #353b43; --bar: #6aa5de; --limit: #ef8a70; --serious: #ff8a80; --warning: #e5b94c; } }
        body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
        table { border-collapse: collapse; margin: .5rem 0; } th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; }
        thead th { color: var(--soft); font-weight: 500; } td.text, td.path, th:first-child { text-align: left; } td.path { word-break: break-all; }
        .matrix td { text-align: center; background: color-mix(in srgb, var(--serious) var(--share, 0%), var(--back)); } .none { color: var(--soft); }
        svg { width: 100%; max-width: 40rem; height: auto; display: block; font-size: 11px; } svg text { fill: var(--ink); } svg .tick { fill: var(--soft); }
        .bar { fill: var(--bar); } .axis { stroke: var(--line); } .limit { stroke: var(--limit); stroke-dasharray: 3 3; } svg .limit-name { fill: var(--limit); }
        li { margin: .4rem 0; } .serious::marker { color: var(--serious); font-weight: 700; } .warning::marker { color: var(--warning); font-weight: 700; }
        .unknown { display: inline-block; border: 1px solid var(--line); border-radius: .3rem; padding: 0 .4rem; margin: .1rem; }
        footer, small { color: var(--soft); } summary { cursor: pointer; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } section { break-inside: avoid-page; } details { display: none; } }

        """;
}
