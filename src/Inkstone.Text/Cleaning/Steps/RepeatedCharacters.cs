namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Cuts runs of one character: 哈哈哈哈哈 to 哈哈哈. Digits stay, since 10000 is not 1000, and white space has its own step.</summary>
internal static class RepeatedCharacters
{
    /// <summary>Leaves at most <paramref name="most"/> of a run.</summary>
    public static string Cut(string text, int most)
    {
        var result = new Rewriting(text);
        for (int start = 0; start < text.Length;)
        {
            int size = start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]) ? 2 : 1;
            var character = text.AsSpan(start, size);
            int end = start + size;
            while (end + size <= text.Length && text.AsSpan(end, size).SequenceEqual(character))
            {
                end += size;
            }

            if (end - start > most * size && !char.IsDigit(text[start]) && !char.IsWhiteSpace(text[start]))
            {
                result.Remove(start + (most * size), end);
            }

            start = end;
        }

        return result.Result();
    }
}
