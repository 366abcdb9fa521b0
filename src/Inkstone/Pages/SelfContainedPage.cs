using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Inkstone.Pages;

/// <summary>What pages have in common that need nothing else: they draw themselves from JSON, ask no network, and run no script but their own.</summary>
/// <remarks>A page draws with the DOM's text nodes, and its policy names the hashes of its scripts: no text or label of the data can become markup or code.</remarks>
internal static class SelfContainedPage
{
    /// <summary>Writes the page's data: without &lt;, &gt;, &amp; and quotes, which would end the element that it stands in.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>The page up to its body.</summary>
    /// <param name="title">What the browser calls it.</param>
    /// <param name="css">Its style.</param>
    /// <param name="scripts">All that may run, as it will stand in the page.</param>
    public static string Head(string title, string css, params IEnumerable<string> scripts) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {string.Join(' ', scripts.Select(HashOf))}">
        <link rel="icon" href="data:,">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>{css}</style>
        </head>

        """;

    /// <summary>Several files as one script, whose names nobody else sees.</summary>
    public static string Script(params IEnumerable<string> files) => $"'use strict';\n{{\n{string.Concat(files)}}}\n";

    /// <summary>A file that is embedded in the assembly, with line feeds: a browser hashes scripts so, whatever the file had.</summary>
    /// <param name="name">Its logical name, such as <c>Inkstone.Reporting.page.js</c>.</param>
    public static string Asset(string name)
    {
        using var stream = typeof(SelfContainedPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string HashOf(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
}
