namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Finds Weibo's emoticons, a short name in square brackets: <c>[泪]</c>, <c>[doge]</c>, <c>[哆啦A梦汗]</c>.</summary>
internal static class Emoticons
{
    private const int Longest = 10;

    /// <summary>Special tokens of BERT, which look alike.</summary>
    private static readonly string[] Tokens = ["CLS", "SEP", "PAD", "UNK", "MASK"];

    /// <summary>Takes emoticons out, or leaves their names without the brackets.</summary>
    public static string Replace(string text, bool keepsNames)
    {
        var result = new Rewriting(text);
        for (int at = 0; at < text.Length;)
        {
            int open = text.AsSpan(at).IndexOf('[');
            if (open < 0)
            {
                break;
            }

            open += at;
            var rest = text.AsSpan(open + 1);
            int length = rest[..Math.Min(rest.Length, Longest + 1)].IndexOf(']');
            at = open + 1;
            if (length > 0 && IsName(rest[..length]))
            {
                result.Replace(open, open + length + 2, keepsNames ? rest[..length] : "");
                at = open + length + 2;
            }
        }

        return result.Result();
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        bool hasLetter = false;
        foreach (char c in name)
        {
            hasLetter |= char.IsLetter(c);
            if (!char.IsLetterOrDigit(c))
            {
                return false;
            }
        }

        return hasLetter && !Tokens.Contains(name.ToString());
    }
}
