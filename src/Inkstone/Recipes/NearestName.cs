namespace Inkstone.Recipes;

/// <summary>Guesses which name was meant by a mistyped one.</summary>
public static class NearestName
{
    /// <summary>Compares by edits: a letter more, less or other, or two neighbours swapped.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What could have been meant.</param>
    /// <returns>The candidate with the fewest edits, at most a third of the word; else one that holds the word or stands in it; else null.</returns>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        var names = candidates.ToArray();
        var nearest = names.Select(name => (Name: name, Edits: Edits(word, name))).OrderBy(pair => pair.Edits).FirstOrDefault();
        return nearest.Name is not null && nearest.Edits <= Math.Max(1, word.Length / 3)
            ? nearest.Name
            : names.FirstOrDefault(name => word.Length > 3 && name.Length > 3 && (name.Contains(word, StringComparison.Ordinal) || word.Contains(name, StringComparison.Ordinal)));
    }

    // Levenshtein's distance, neighbours that changed places being one edit (Damerau's), three rows of the table at a time.
    private static int Edits(string left, string right)
    {
        int[] before = [];
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[above.Length];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(substitute, 1 + Math.Min(row[j - 1], above[j]));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }
}
