using System.CommandLine;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>Rewrites data in another format.</summary>
internal static class ConvertVerb
{
    private static readonly Argument<string[]> File = new("FILE")
    {
        Description = DataFileOptions.Inputs,
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "Where to write: a .jsonl, .csv or .parquet file.", Required = true };
    private static readonly DataFileOptions Files = new();

    public static Command Create()
    {
        var verb = new Command("convert", "Rewrite data files as one jsonl, csv or parquet file.") { File, Output };
        Files.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var output = parsed.GetValue(Output)!;
        RowFile.ThrowUnlessWritable(output);
        RowFile.ThrowIfInput(output, parsed.GetValue(File)!, Files.Read(parsed).Split);
        using var interruption = new Interruption();
        var options = Files.Read(parsed) with
        {
            WithMetadata = true,
            Stop = interruption.Token,
            SetAside = _ => { },   // counted, and said with the file and the line of the first
        };
        var rows = DataInput.ReadAloud(parsed.GetValue(File)!, options, new Terminal(parsed));
        RowFile.Write(output, rows.Select(row => (row, RowColumns(row))));
        return ExitCode.Done;
    }

    /// <summary>A row as it is written: text and label under fixed names, then the other columns under their own.</summary>
    internal static IEnumerable<KeyValuePair<string, JsonNode?>> RowColumns(Row row)
    {
        var columns = new List<KeyValuePair<string, JsonNode?>> { new("text", row.Text) };
        if (row.TextPair is not null)
        {
            columns.Add(new("text_pair", row.TextPair));
        }

        columns.Add(new("label", row.Label));
        OtherColumns.AddTo(columns, row.Metadata);
        return columns;
    }
}
