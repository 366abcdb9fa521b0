namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds <c>#话题#</c>: words between two number signs that touch them.</summary>
internal static class Topics
{
    private const int Longest = 60;

    /// <summary>Takes topics out, or leaves their words without the signs.</summary>
    public static string Replace(string text, bool keepsWords)
    {
        var result = new Rewriting(text);
        int open = NextSign(text, 0);
        while (open < text.Length)
        {
            int close = NextSign(text, open + 1);
            if (close == text.Length || !IsTopic(text.AsSpan((open + 1)..close)))
            {
                // The second sign may open a topic where the first did not: "C# 很好 #早安#".
                open = close;
                continue;
            }

            if (keepsWords)
            {
                result.Replace(open, open + 1, "");
                result.Replace(close, close + 1, "");
            }
            else
            {
                result.Replace(open, close + 1, "");
            }

            open = NextSign(text, close + 1);
        }

        return result.Result();
    }

    private static int NextSign(string text, int from)
    {
        int distance = text.AsSpan(from).IndexOfAny('#', '＃');
        return distance < 0 ? text.Length : from + distance;
    }

    private static bool IsTopic(ReadOnlySpan<char> words) =>
        words is [var first, .., var last] ? words.Length <= Longest && !char.IsWhiteSpace(first) && !char.IsWhiteSpace(last) && !words.ContainsAny('\r', '\n')
            : words is [var only] && !char.IsWhiteSpace(only);
}
