using System.Globalization;
using System.Text.RegularExpressions;

namespace Inkstone.Hub;

/// <summary>Where the hub and its cache are, as huggingface_hub reads them from the environment.</summary>
public sealed partial record HubSettings
{
    /// <summary>The hub, or a mirror of it: <c>HF_ENDPOINT</c>. Default https://huggingface.co.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The cache: <c>HF_HUB_CACHE</c>, else <c>$HF_HOME/hub</c>, else <c>~/.cache/huggingface/hub</c>.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Proves who asks: <c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c> or <c>$HF_HOME/token</c>; null asks as anybody.</summary>
    public string? Token { get; init; }

    /// <summary>True where nothing may be downloaded: <c>HF_HUB_OFFLINE</c> or <c>TRANSFORMERS_OFFLINE</c>.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How long a server may stay silent before the connection counts as dead: <c>HF_HUB_DOWNLOAD_TIMEOUT</c>, in seconds. Default 30 s.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads this process's environment.</summary>
    /// <exception cref="HubException">A variable cannot be used.</exception>
    public static HubSettings FromEnvironment() =>
        FromEnvironment(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>Reads an environment.</summary>
    /// <param name="variable">The value of a name; null where it is not set.</param>
    /// <param name="userFolder">What <c>~</c> means.</param>
    /// <exception cref="HubException">A variable cannot be used.</exception>
    public static HubSettings FromEnvironment(Func<string, string?> variable, string userFolder)
    {
        var home = Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(userFolder, ".cache"), "huggingface");
        var settings = new HubSettings
        {
            CacheFolder = Folder("HF_HUB_CACHE") ?? Folder("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"),
            IsOffline = IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE"),
        };
        return settings with
        {
            Endpoint = Set("HF_ENDPOINT") is { } endpoint ? EndpointOf(endpoint) : settings.Endpoint,
            Token = IsTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : TokenOf(Set("HF_TOKEN") ?? Set("HUGGING_FACE_HUB_TOKEN"), Folder("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
            ReadTimeout = Set("HF_HUB_DOWNLOAD_TIMEOUT") is { } seconds ? TimeoutOf(seconds) : settings.ReadTimeout,
        };

        string? Set(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
        bool IsTrue(string name) => Set(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        string? Folder(string name) => Set(name) is { } path ? Path.GetFullPath(Expand(path, variable, userFolder)) : null;
    }

    // A record's own would print the token.
    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint} {CacheFolder}";

    private static string Expand(string path, Func<string, string?> variable, string userFolder)
    {
        var expanded = VariableInPath().Replace(path, match => variable(match.Groups[1].Value) ?? match.Value);
        return expanded == "~" || expanded.StartsWith("~/", StringComparison.Ordinal) ? userFolder + expanded[1..] : expanded;
    }

    private static Uri EndpointOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Query.Length == 0
            ? uri
            : throw new HubException($"HF_ENDPOINT must be the address of the hub or of a mirror, such as https://huggingface.co, but is {text}.");

    private static string? TokenOf(string? told, string path)
    {
        var token = told;
        if (token is null && File.Exists(path))
        {
            try
            {
                token = File.ReadAllText(path).Trim();
            }
            catch (UnauthorizedAccessException)
            {
                return null;   // somebody else's token: ask as anybody
            }
        }

        if (token is not { Length: > 0 })
        {
            return null;
        }

        return token.All(letter => letter is > ' ' and < '\x7f')
            ? token
            : throw new HubException($"{(told is null ? path : "HF_TOKEN")} must be one word of letters and digits, as the hub shows it under Settings, Access Tokens; it holds other characters.");
    }

    private static TimeSpan TimeoutOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new HubException($"HF_HUB_DOWNLOAD_TIMEOUT must be a number of seconds, at most 86400, but is {text}.");

    [GeneratedRegex(@"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")]
    private static partial Regex VariableInPath();
}
