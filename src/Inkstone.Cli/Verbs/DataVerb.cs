using System.CommandLine;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli.Verbs;

/// <summary>Work on data files. Loads no libtorch.</summary>
internal static class DataVerb
{
    private static readonly Argument<string> File = new("FILE") { Description = "A data file (csv, tsv, json, jsonl, plain text); - is standard input." };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "Where to write: a .jsonl or .csv file.", Required = true };
    private static readonly Option<string?> TextColumn = new("--text-column") { Description = "Column that holds the text; usual names are found." };
    private static readonly Option<string?> TextPairColumn = new("--text-pair-column") { Description = "Column that holds the second text of a pair." };
    private static readonly Option<string?> LabelColumn = new("--label-column") { Description = "Column that holds the label; usual names are found." };

    public static Command Create()
    {
        var convert = new Command("convert", "Rewrite a data file as jsonl or csv.") { File, Output, TextColumn, TextPairColumn, LabelColumn };
        convert.SetAction(Convert);
        return new Command("data", "Work on data files.") { convert };
    }

    private static int Convert(ParseResult parsed)
    {
        var rows = DataInput.Read(parsed.GetValue(File)!, new ReadOptions
        {
            TextColumn = parsed.GetValue(TextColumn),
            TextPairColumn = parsed.GetValue(TextPairColumn),
            LabelColumn = parsed.GetValue(LabelColumn),
            WithMetadata = true,
        });
        var output = parsed.GetValue(Output)!;
        RowFile.ThrowUnlessWritable(output);
        RowFile.Write(output, rows.Select(row => (row, Columns(row))));
        return ExitCode.Done;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Columns(Row row)
    {
        yield return new("text", row.Text);
        if (row.TextPair is not null)
        {
            yield return new("text_pair", row.TextPair);
        }

        yield return new("label", row.Label);
        foreach (var column in row.Metadata)
        {
            yield return column;
        }
    }
}
