namespace Inkstone.Text.Corpora;

/// <summary>Which column of a file plays which part. A part that no column plays is -1.</summary>
internal sealed class Columns
{
    private static readonly string[] UsualText =
    [
        "text", "content", "review", "sentence", "text_a", "sentence1", "comment", "document", "review_body", "query", "title_content",
        "文本", "内容", "正文", "评论", "评论内容", "评价", "微博", "微博正文", "微博内容", "微博中文内容", "句子",
    ];

    private static readonly string[] UsualLabel =
        ["label", "labels", "标签", "类别", "category", "class", "sentiment", "emotion", "情感", "情感倾向", "情绪", "情感标签", "分类"];

    private static readonly string[] UsualId = ["id", "doc_id"];

    private readonly LabelReading labels;
    private readonly List<string> names;
    private readonly ReadOptions options;

    private Columns(IEnumerable<string> names, ReadOptions options)
    {
        this.names = [.. names];
        this.options = options;
        labels = new(options);
    }

    /// <summary>Names in file order. Columns without a name are not read.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The text's column.</summary>
    public int Text { get; private set; } = -1;

    /// <summary>The second text's column.</summary>
    public int TextPair { get; private set; } = -1;

    /// <summary>The label's column.</summary>
    public int Label { get; private set; } = -1;

    /// <summary>The id's column.</summary>
    public int Id { get; private set; } = -1;

    /// <summary>The group's column.</summary>
    public int Group { get; private set; } = -1;

    /// <summary>Whether later rows may bring columns that the first one lacks.</summary>
    public bool MayGrow { get; private init; }

    /// <summary>Finds the parts among a file's columns.</summary>
    /// <exception cref="InvalidDataFileException">A told column is missing, or a needed one has no usual name.</exception>
    public static Columns Find(string file, int line, IEnumerable<string> names, ReadOptions options, bool mayGrow = false)
    {
        var columns = new Columns(names, options) { MayGrow = mayGrow };
        columns.Text = columns.FindOne(file, line, options.TextColumn, UsualText, "text_column");
        columns.TextPair = options.TextPairColumn is null ? -1 : columns.FindOne(file, line, options.TextPairColumn, [], "text_pair_column");
        columns.Id = columns.FindOne(file, line, options.IdColumn, UsualId, "id_column");
        columns.Group = options.GroupColumn is null ? -1 : columns.FindOne(file, line, options.GroupColumn, [], "group_column");
        if (options.Labels != LabelUse.Ignored)
        {
            columns.Label = columns.FindOne(file, line, options.LabelColumn, UsualLabel, "label_column");
        }

        columns.Require(file, line, columns.Text, "text_column", UsualText);
        if (options.Labels == LabelUse.Required)
        {
            columns.Require(file, line, columns.Label, "label_column", UsualLabel);
        }

        options.ColumnsFound?.Invoke(columns);
        return columns;
    }

    /// <summary>Whether a header cell names a text column, by the options or by use.</summary>
    public static bool IsText(string name, ReadOptions options) =>
        IsTold(options.TextColumn) ? name == options.TextColumn : UsualText.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header cell has a usual name of any part, or is the text column that the options tell.</summary>
    public static bool IsUsual(string name, ReadOptions options) =>
        IsText(name, options) || UsualLabel.Contains(name, StringComparer.OrdinalIgnoreCase) || UsualId.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the column's value goes to <see cref="Row.Metadata"/>.</summary>
    public bool IsMetadata(int column) =>
        options.WithMetadata && column != Text && column != TextPair && column != Label && names[column].Length > 0;

    /// <summary>Adds a column that the first JSON object did not have; a label or id may turn up late.</summary>
    public int Add(string name)
    {
        names.Add(name);
        int column = names.Count - 1;
        if (Label < 0 && options.Labels != LabelUse.Ignored && UsualLabel.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            Label = column;
        }
        else if (Id < 0 && UsualId.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            Id = column;
        }

        return column;
    }

    /// <summary>The label as rows carry it, from how the file has it.</summary>
    /// <exception cref="InvalidDataFileException">It is no label (<see cref="LabelReading"/>).</exception>
    public string? LabelOf(string? label, string file, int line) => labels.Read(label, file, line);

    private static bool IsTold(string? told) => told is not (null or "auto");

    private int FindOne(string file, int line, string? told, string[] usual, string key)
    {
        if (!IsTold(told))
        {
            return usual.Select(name => names.FindIndex(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)))
                .FirstOrDefault(index => index >= 0, -1);
        }

        int column = names.IndexOf(told!);
        return column >= 0 ? column : throw new InvalidDataFileException(file, line, $"there is no column '{told}', which {key} names",
            $"one of the columns found: {Found()}", $"Set {key} to one of them.");
    }

    private void Require(string file, int line, int column, string key, string[] usual)
    {
        if (column < 0)
        {
            throw new InvalidDataFileException(file, line,
                $"no column has a usual name for the {(key == "text_column" ? "text" : "label")}; the columns found are: {Found()}",
                $"a name such as {string.Join(", ", usual.Take(4))}",
                $"Say which column it is with {key}, --{key.Replace('_', '-')} (where the file has no header, put one on its first line).");
        }
    }

    private string Found() => string.Join(", ", names.Take(20).Select(name => name.Length > 24 ? name[..24] + "…" : name))
        + (names.Count > 20 ? ", …" : "");
}
