namespace Inkstone.Text.Corpora.Sources;

/// <summary>Rows of several files of one split, as if they were one.</summary>
internal static class SourceRows
{
    /// <summary>Joins the files' rows. Metadata columns that a file lacks are null in its rows.</summary>
    /// <param name="files">At least two.</param>
    /// <param name="options">What to read.</param>
    /// <param name="read">Reads one of them.</param>
    /// <exception cref="InvalidDataFileException">A file lacks the label column that another has.</exception>
    public static IEnumerable<Row> Join(IReadOnlyList<SourceFile> files, ReadOptions options, Func<SourceFile, ReadOptions, IEnumerable<Row>> read)
    {
        var metadata = options.WithMetadata ? MetadataOf(files, options, read) : [];
        (string File, bool HasLabels)? first = null;
        foreach (var file in files)
        {
            var rows = read(file, options with
            {
                ColumnsFound = columns =>
                {
                    options.ColumnsFound?.Invoke(columns);
                    first ??= (file.Path, columns.Label >= 0);
                    RequireSameUse(file.Path, columns, first.Value, options);
                },
            });
            foreach (var row in rows)
            {
                yield return metadata.Count == 0 ? row : row with { Metadata = Fill(row, metadata) };
            }
        }
    }

    private static List<string> MetadataOf(IReadOnlyList<SourceFile> files, ReadOptions options, Func<SourceFile, ReadOptions, IEnumerable<Row>> read)
    {
        var names = new List<string>();
        foreach (var file in files)
        {
            var silent = options with { Opened = ThrowIfPipe, Where = null, SetAside = options.SetAside is null ? null : _ => { } };
            foreach (var (name, _) in read(file, silent).Take(1).SelectMany(row => row.Metadata))
            {
                if (!names.Contains(name))
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }

    private static List<KeyValuePair<string, System.Text.Json.Nodes.JsonNode?>> Fill(Row row, List<string> names)
    {
        var values = row.Metadata.ToDictionary(column => column.Key, column => column.Value);
        return [.. names.Select(name => KeyValuePair.Create(name, values.GetValueOrDefault(name))), .. row.Metadata.Where(column => !names.Contains(column.Key))];
    }

    private static void ThrowIfPipe(OpenedFile file)
    {
        if (!file.CanBeReadAgain)
        {
            throw new InvalidDataFileException(
                file.Path, null, "this is a pipe, which can be read only once, and of several files all columns must be known before the first row", "files, or one pipe alone",
                "Write its content to a file, and name that.");
        }
    }

    // In JSON a label may be left out of the first object and stand in a later one.
    private static void RequireSameUse(string file, Columns columns, (string File, bool HasLabels) first, ReadOptions options)
    {
        bool hasLabels = columns.Label >= 0;
        if (options.Labels == LabelUse.Optional && hasLabels != first.HasLabels && !columns.MayGrow)
        {
            string problem = hasLabels ? $"this file has the label column '{columns.Names[columns.Label]}', but {first.File} has none" : $"this file has no label column, but {first.File} has one";
            throw new InvalidDataFileException(file, null, problem, "files with the same columns for text and label", "Give both files the same column names, or read them apart.");
        }
    }
}
