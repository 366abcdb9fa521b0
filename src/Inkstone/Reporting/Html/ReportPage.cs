using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Inkstone.Reporting.Html;

/// <summary>A run, or a sweep, as one page that needs nothing else: data, charts and style stand in it, and it asks no network.</summary>
/// <remarks>
/// The page draws itself from JSON, with the DOM's text nodes: no text or label of the data can become markup. Two scripts may run,
/// those whose hashes stand in the page's policy.
/// </remarks>
internal static class ReportPage
{
    // Without <, >, & and quotes, which would end the element that the JSON stands in.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>The scripts of a run's page, in the order of their use.</summary>
    public static IReadOnlyList<string> OfRun { get; } =
        ["words.js", "elements.js", "charts.js", "headline.js", "training.js", "classes.js", "rows.js", "curves.js", "data.js", "recipe.js", "run.js", "page.js"];

    /// <summary>The scripts of a sweep's page.</summary>
    public static IReadOnlyList<string> OfSweep { get; } = ["words.js", "elements.js", "charts.js", "sweep.js", "page.js"];

    /// <summary>The page.</summary>
    /// <param name="title">What the browser calls it.</param>
    /// <param name="scripts">What draws it: <see cref="OfRun"/> or <see cref="OfSweep"/>.</param>
    /// <param name="data">All that it shows.</param>
    public static string Write(string title, IReadOnlyList<string> scripts, JsonObject data)
    {
        var charts = Asset("echarts.min.js");
        var script = $"'use strict';\n{{\n{string.Concat(scripts.Select(Asset))}}}\n";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '{HashOf(charts)}' '{HashOf(script)}'">
            <link rel="icon" href="data:,">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>{Asset("page.css")}</style>
            </head>
            <body>
            <noscript>This report draws itself with JavaScript, which is switched off here. The numbers stand in the folder beside it, too.</noscript>
            <div id="report"></div>
            <script type="application/json" id="run">{data.ToJsonString(Json)}</script>
            <script>{charts}</script>
            <script>{script}</script>
            </body>
            </html>

            """;
    }

    // A browser hashes the text with line feeds, whatever the file had.
    private static string HashOf(string script) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    private static string Asset(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"Inkstone.Reporting.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
