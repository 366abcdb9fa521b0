using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Inkstone.Hub;

/// <summary>What the hub says of a file before it is downloaded.</summary>
/// <param name="Name">Its path in the repository.</param>
/// <param name="Etag">Names its content: the SHA-256 of a large file, git's SHA-1 of a small one. The blob's name in the cache.</param>
/// <param name="Size">In bytes; null where the server does not say.</param>
internal sealed record HubFile(string Name, string Etag, long? Size)
{
    private const int Sha256Digits = 64, Sha1Digits = 40;

    /// <summary>The tag without quotes, and without the <c>W/</c> of a weak one.</summary>
    /// <returns>Null where there is none that could name a file.</returns>
    public static string? EtagOf(string? header)
    {
        var tag = header?.Trim() ?? "";
        if (tag.StartsWith("W/", StringComparison.Ordinal))
        {
            tag = tag[2..];
        }

        tag = tag.Trim('"');
        return SafePath.IsPlainName(tag) && tag.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? tag : null;
    }

    /// <summary>Holds a downloaded file to size and hash.</summary>
    /// <returns>What is wrong with it; null where nothing is, or where the tag is no hash.</returns>
    public async Task<string?> ProblemOfAsync(string path, CancellationToken stop)
    {
        var length = new FileInfo(path).Length;
        if (Size is { } size && size != length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {length} bytes, but the hub says {size}");
        }

        if (!Etag.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, useAsync: false);
        var hash = Etag.Length switch
        {
            Sha256Digits => Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop).ConfigureAwait(false)),
            Sha1Digits => await GitHashAsync(content, length, stop).ConfigureAwait(false),
            _ => Etag,
        };
        return hash == Etag ? null : $"its {(Etag.Length == Sha256Digits ? "SHA-256" : "git SHA-1")} is {hash}, but the hub says {Etag}";
    }

    // What git calls a blob: its kind and length stand before the content.
    private static async Task<string> GitHashAsync(FileStream content, long length, CancellationToken stop)
    {
#pragma warning disable CA5350 // Git names its blobs by SHA-1; nothing is signed by it here.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        var buffer = new byte[1 << 16];
        while (await content.ReadAsync(buffer, stop).ConfigureAwait(false) is > 0 and var count)
        {
            hash.AppendData(buffer.AsSpan(0, count));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
