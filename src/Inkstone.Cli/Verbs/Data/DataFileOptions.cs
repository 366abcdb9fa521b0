using System.CommandLine;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>What every verb that reads data files lets a user say of them.</summary>
/// <param name="withGroups">Whether the verb asks which rows belong together.</param>
internal sealed class DataFileOptions(bool withGroups = false)
{
    /// <summary>What the verb's argument says of itself, where its files are read as one.</summary>
    public const string Inputs = "Data files (csv, tsv, json, jsonl, parquet, arrow, plain text), patterns or folders, read as one; - is standard input, one text a line.";

    private readonly Option<string?> textColumn = new("--text-column") { Description = "Column that holds the text; usual names are found." };
    private readonly Option<string?> textPairColumn = new("--text-pair-column") { Description = "Column that holds the second text of a pair." };
    private readonly Option<string?> labelColumn = new("--label-column") { Description = "Column that holds the label; usual names are found." };
    private readonly Option<string?> groupColumn = new("--group-column") { Description = "Column whose equal values mark rows that are never parted, such as a user or a product." };
    private readonly Option<string?> labelMap = LabelMapOption.Create();
    private readonly Option<string?> encoding = EncodingOption.Create();
    private readonly Option<string?> split = new("--split") { Description = "Which split of a folder to read: train, validation, test, …" };
    private readonly Option<string?> where = new("--where") { Description = "SQL condition that rows must meet to be read, on the file's own columns: '\"评分\" >= 4'." };

    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { textColumn, textPairColumn, labelColumn, labelMap, encoding, split, where })
        {
            verb.Options.Add(option);
        }

        if (withGroups)
        {
            verb.Options.Add(groupColumn);
        }
    }

    /// <summary>What the call says.</summary>
    public ReadOptions Read(ParseResult parsed) => new()
    {
        TextColumn = parsed.GetValue(textColumn),
        TextPairColumn = parsed.GetValue(textPairColumn),
        LabelColumn = parsed.GetValue(labelColumn),
        GroupColumn = withGroups ? parsed.GetValue(groupColumn) : null,
        LabelMap = LabelMapOption.Read(parsed, labelMap),
        Encoding = EncodingOption.Read(parsed, encoding),
        Split = parsed.GetValue(split),
        Where = parsed.GetValue(where),
    };
}
