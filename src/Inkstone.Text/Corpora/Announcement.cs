namespace Inkstone.Text.Corpora;

/// <summary>Tells the caller of a file before its first row.</summary>
internal static class Announcement
{
    /// <summary>The same options, but that finding the columns also calls <see cref="ReadOptions.Opened"/>.</summary>
    public static ReadOptions Announcing(
        this ReadOptions options, string path, CorpusFormat format, string? encoding, Func<Columns, IReadOnlyList<string>?> labelNames) => options with
        {
            ColumnsFound = columns =>
            {
                options.ColumnsFound?.Invoke(columns);
                options.Opened?.Invoke(new OpenedFile(path, format, encoding, columns.Names, labelNames(columns)));
            },
        };
}
