using System.Buffers;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds addresses of the web, also where Chinese follows without a blank.</summary>
internal static class Urls
{
    private static readonly SearchValues<string> Beginnings = SearchValues.Create(["http://", "https://", "ftp://", "www.", "t.cn/"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<char> Parts = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&'()*+,;=%");

    /// <summary>Writes a word in place of each address.</summary>
    public static string Replace(string text, string word)
    {
        var result = new Rewriting(text);
        for (int at = 0; at < text.Length;)
        {
            int start = text.AsSpan(at).IndexOfAny(Beginnings);
            if (start < 0)
            {
                break;
            }

            start += at;
            int end = End(text, start);
            if (end > start)
            {
                result.Replace(start, end, word);
            }

            at = Math.Max(end, start + 1);
        }

        return result.Result();
    }

    /// <summary>Where the address ends that begins at <paramref name="start"/>; there, if none does.</summary>
    private static int End(string text, int start)
    {
        var rest = text.AsSpan(start);
        int scheme = rest.IndexOf("://");
        int host = scheme is >= 0 and <= 5 ? scheme + 3 : 0;
        if (host == 0 && start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '-' or '@'))
        {
            return start;
        }

        // What follows a short link of Weibo is never part of it.
        if (rest[host..].StartsWith("t.cn/", StringComparison.OrdinalIgnoreCase))
        {
            int path = host + "t.cn/".Length;
            int length = rest[path..].IndexOfAnyExcept(SearchValuesOf.AsciiLettersAndDigits);
            return start + path + (length < 0 ? rest.Length - path : length);
        }

        // Looked at first: what is no address must not be read to its end again and again.
        int name = host > 0 ? host : "www.".Length;
        if (name >= rest.Length || !char.IsAsciiLetterOrDigit(rest[name]))
        {
            return start;
        }

        int end = rest.IndexOfAnyExcept(Parts);
        return start + rest[..(end < 0 ? rest.Length : end)].TrimEnd(".,;:!?'()#@&").Length;
    }
}
