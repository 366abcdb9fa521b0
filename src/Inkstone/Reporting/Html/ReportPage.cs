using System.Text.Json.Nodes;
using Inkstone.Pages;

namespace Inkstone.Reporting.Html;

/// <summary>A run, or a sweep, as one page that needs nothing else: data, charts and style stand in it, and it asks no network.</summary>
/// <remarks>
/// The page draws itself from JSON, with the DOM's text nodes: no text or label of the data can become markup. Two scripts may run,
/// those whose hashes stand in the page's policy.
/// </remarks>
internal static class ReportPage
{
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
        var script = SelfContainedPage.Script(scripts.Select(Asset));
        return SelfContainedPage.Head(title, Asset("page.css"), charts, script) + $"""
            <body>
            <noscript>This report draws itself with JavaScript, which is switched off here. The numbers stand in the folder beside it, too.</noscript>
            <div id="report"></div>
            <script type="application/json" id="run">{data.ToJsonString(SelfContainedPage.Json)}</script>
            <script>{charts}</script>
            <script>{script}</script>
            </body>
            </html>

            """;
    }

    private static string Asset(string name) => SelfContainedPage.Asset($"Inkstone.Reporting.{name}");
}
