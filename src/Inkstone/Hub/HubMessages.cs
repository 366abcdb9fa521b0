using System.Globalization;

namespace Inkstone.Hub;

/// <summary>Parts of sentences that several places say.</summary>
internal static class HubMessages
{
    private const int Listed = 8;

    /// <summary>What a repository has instead.</summary>
    public static string Having(IReadOnlyList<string> files) => files.Count switch
    {
        0 => "it is empty.",
        <= Listed => $"it has {string.Join(", ", files)}.",
        _ => string.Create(CultureInfo.InvariantCulture, $"it has {string.Join(", ", files.Take(Listed))} and {files.Count - Listed} more."),
    };

    public const string WaysOut = "Set HF_ENDPOINT to a mirror that you can reach (such as https://hf-mirror.com), or HF_HUB_OFFLINE=1 to use the cache alone, or give a folder that holds the files.";
}
