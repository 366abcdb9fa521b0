namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds <c>@用户名</c>, and <c>回复@用户名:</c> as a whole; leaves addresses of e-mail alone.</summary>
internal static class UserNames
{
    /// <summary>Weibo's limit. A longer run of letters is a text whose blank was forgotten.</summary>
    private const int LongestName = 30;
    private const string Reply = "回复";

    /// <summary>Writes a word in place of each name, its at sign included.</summary>
    public static string Replace(string text, string word)
    {
        var result = new Rewriting(text);
        for (int at = 0; at < text.Length;)
        {
            int start = text.AsSpan(at).IndexOfAny('@', '＠');
            if (start < 0)
            {
                break;
            }

            start += at;
            int end = NameEnd(text, start + 1);
            if (end > start + 1 && !IsMail(text, start))
            {
                bool isReply = start - Reply.Length >= result.Done && text.AsSpan(0, start).EndsWith(Reply) && end < text.Length && text[end] is ':' or '：';
                result.Replace(isReply ? start - Reply.Length : start, isReply ? end + 1 : end, word);
            }

            at = Math.Max(end, start + 1);
        }

        return result.Result();
    }

    /// <summary>Where the name ends that begins at <paramref name="start"/>; there, if none does.</summary>
    public static int NameEnd(string text, int start)
    {
        int end = start;
        while (end < text.Length && end - start <= LongestName && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '·'))
        {
            end++;
        }

        return end - start <= LongestName ? end : start;
    }

    private static bool IsMail(string text, int at)
    {
        if (at == 0 || !(char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '_' or '-' or '+'))
        {
            return false;
        }

        int end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '-'))
        {
            end++;
        }

        return end + 1 < text.Length && text[end] == '.' && char.IsAsciiLetterOrDigit(text[end + 1]);
    }
}
