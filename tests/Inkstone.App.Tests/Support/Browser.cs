using Microsoft.Playwright;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>A real browser, without a window; whatever a page complains of is kept.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    // No sandbox, as root has none; and no errands of the browser's own.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    /// <summary>Errors and warnings of the console, exceptions of scripts, and requests that left the file.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Starts it; skips the test where there is none.</summary>
    public static async Task<Browser> Start()
    {
        Assert.SkipUnless(File.Exists(Program), $"needs {Program} (Debian: apt-get install chromium)");
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Arguments }));
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The page.</param>
    /// <param name="width">Of the window; 390 is a phone's.</param>
    /// <param name="scheme">What the system prefers.</param>
    /// <param name="locale">The reader's language.</param>
    public async Task<IPage> Open(string path, int width = 1200, ColorScheme scheme = ColorScheme.Light, string locale = "en-US")
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme, Locale = locale });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            Complaints.Add($"a dialog opened: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (request.Url != new Uri(path).AbsoluteUri && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                Complaints.Add($"asked for {request.Url}");
            }
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
