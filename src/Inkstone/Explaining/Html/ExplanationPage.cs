using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Pages;

namespace Inkstone.Explaining.Html;

/// <summary>Explanations as one page that needs nothing else: it asks no network, and switches between methods, units and heads by itself.</summary>
/// <remarks>
/// The page draws itself from JSON, with the DOM's text nodes: no text or label can become markup, and the page's policy lets no other script run.
/// Write each explanation as it comes; the page ends when this is disposed.
/// </remarks>
public sealed class ExplanationPage : IDisposable
{
    private readonly StreamWriter page;
    private readonly string script = SelfContainedPage.Script(Asset("page.js"));
    private bool isFirst = true;

    /// <summary>Begins the page.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="model">What the page says of the model, in a line.</param>
    /// <param name="methods">Methods of every explanation to come, the one that is shown at first being the first.</param>
    /// <param name="unit">The unit that is shown at first.</param>
    /// <param name="view">The attention that is shown at first.</param>
    public ExplanationPage(Stream stream, string model, IReadOnlyList<ExplanationMethod> methods, UnitKind unit, AttentionView view)
    {
        page = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        page.Write(SelfContainedPage.Head($"Explanations · {model}", Asset("page.css"), script) + """
            <body>
            <noscript>This page draws itself with JavaScript, which is switched off here. The same numbers: inkstone explain --output FILE.json.</noscript>
            <div id="page"></div>
            <script type="application/json" id="explanations">
            """);
        var head = new JsonObject
        {
            ["model"] = model,
            ["methods"] = new JsonArray([.. methods.Select(method => (JsonNode?)ExplanationMethods.NameOf(method))]),
            ["unit"] = unit.ToString().ToLowerInvariant(),
            ["view"] = view.ToString(),
        };
        page.Write(head.ToJsonString(SelfContainedPage.Json)[..^1] + ",\"texts\":[");
    }

    /// <summary>Adds an explanation.</summary>
    public void Write(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        page.Write(isFirst ? "\n" : ",\n");
        isFirst = false;
        page.Write(PageText.Of(explanation).ToJsonString(SelfContainedPage.Json));
    }

    /// <summary>Ends the page.</summary>
    public void Dispose()
    {
        page.Write(string.Create(CultureInfo.InvariantCulture, $"]}}</script>\n<script>{script}</script>\n</body>\n</html>\n"));
        page.Dispose();
    }

    private static string Asset(string name) => SelfContainedPage.Asset($"Inkstone.Explaining.{name}");
}
