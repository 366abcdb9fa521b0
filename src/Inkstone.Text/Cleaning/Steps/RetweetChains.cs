namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds what Weibo puts behind a comment when it is passed on: <c>//@甲:…//@乙:…</c>, the newest first.</summary>
internal static class RetweetChains
{
    /// <summary>What Weibo writes for someone who says nothing.</summary>
    private static readonly string[] Nothing = ["", "转发微博", "轉發微博", "转发微博。", "Repost"];

    /// <summary>The writer's own words; where there are none, those of the first who said something.</summary>
    public static string Remove(string text)
    {
        int said = 0;
        int at = 0;
        while (Next(text, at) is var (start, end) && start < text.Length)
        {
            if (!Nothing.Contains(text.AsSpan(said..start).Trim().ToString()))
            {
                return text[said..start];
            }

            said = at = end;
        }

        return text[said..];
    }

    /// <summary>Writes a word in place of each <c>//@x:</c>, and keeps what was said.</summary>
    public static string Replace(string text, string word)
    {
        var result = new Rewriting(text);
        while (Next(text, result.Done) is var (start, end) && start < text.Length)
        {
            result.Replace(start, end, word);
        }

        return result.Result();
    }

    /// <summary>The next mark from <paramref name="from"/> on; the end of the text where there is none.</summary>
    private static (int Start, int End) Next(string text, int from)
    {
        for (int at = from; at < text.Length; at++)
        {
            int start = text.AsSpan(at).IndexOf("//");
            if (start < 0)
            {
                break;
            }

            at += start;
            int sign = at + 2;
            while (sign < text.Length && text[sign] == ' ' && sign < at + 4)
            {
                sign++;
            }

            if (sign < text.Length && text[sign] is '@' or '＠' && UserNames.NameEnd(text, sign + 1) is var end && end > sign + 1)
            {
                return (at, end < text.Length && text[end] is ':' or '：' ? end + 1 : end);
            }
        }

        return (text.Length, text.Length);
    }
}
