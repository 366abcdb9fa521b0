using System.CommandLine;
using System.Text;
using Inkstone.Hub;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Inkstone.Text.Profiling.Html;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>Tells what is wrong with data files before anything is trained on them.</summary>
internal static class ReportVerb
{
    private static readonly Argument<string[]> Inputs = new("FILES")
    {
        Description = "Data files or patterns, one a split (train.csv dev.csv), or a folder with splits; NAME=FILE says what the report calls it; - alone is standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Model = new("--model", "-m") { Description = "Folder whose tokenizer counts tokens; by default the encoder that comes with this program." };
    private static readonly Option<string?> Vocab = new("--vocab") { Description = "A vocab.txt or tokenizer.json instead of --model." };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Write the report to a .html or .json file." };
    private static readonly Option<string> Format = new("--format") { Description = "Form of the report on standard output.", DefaultValueFactory = _ => "table" };
    private static readonly DataFileOptions Files = new();

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong("table", "json");
        var verb = new Command("report", "Tell labels, lengths, duplicates, conflicts, leaks, truncation and unknown characters of data files.")
        {
            Inputs, Model, Vocab, Output, Format,
        };
        Files.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var output = parsed.GetValue(Output);
        if (output is not null)
        {
            RowFile.ThrowUnlessWritable(output, ".html", ".json");
        }

        var findings = new ReadingFindings();
        var options = Files.Read(parsed) with { SetAside = _ => { } };
        var inputs = ReportInput.Of(parsed.GetValue(Inputs)!, DataInput.Hearing(options, findings)).Select(FromStandardInput).ToList();
        if (output is not null)
        {
            inputs.ForEach(input => RowFile.ThrowIfInput(output, [input.Path], input.Options.Split));
        }

        if (inputs.Count > 1 && inputs.Any(input => input.Path == "-"))
        {
            throw new WrongCallException("- is standard input, which comes only once, and leaks are looked for in a second reading; give files, or - alone.");
        }

        var report = Compute(inputs, parsed, terminal);
        DataInput.Say(findings, terminal);
        if (parsed.GetValue(Format) == "json")
        {
            Console.Out.WriteLine(DataReportJson.Write(report));
        }
        else
        {
            DataReportTables.Show(terminal.Results, report);
        }

        if (output is not null)
        {
            var content = IsJson(output) ? DataReportJson.Write(report) + "\n" : DataReportPage.Write(report);
            RowFile.WriteFile(output, stream => stream.Write(Encoding.UTF8.GetBytes(content)));
        }

        return ExitCode.Done;
    }

    private static ReportInput FromStandardInput(ReportInput input) =>
        input.Path == "-" ? input with { Split = "standard input", Source = options => DataInput.Read(["-"], options) } : input;

    private static DataReport Compute(IReadOnlyList<ReportInput> inputs, ParseResult parsed, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var progress = new CountProgress(terminal, "Reading");
        var (name, path) = (parsed.GetValue(Model), parsed.GetValue(Vocab)) switch
        {
            (not null, not null) => throw new WrongCallException("give --model or --vocab, not both."),
            (not null and var model, null) => (model, HubModel.Fetch(model, HubSelection.Tokenizer, terminal)),
            (null, not null and var vocab) => (vocab, vocab),
            _ => ("inkstone-mini-zh", Path.Combine(Installation.Root, "models", "inkstone-mini-zh")),
        };
        return DataReport.Of(inputs, WordPieceTokenizer.Load(path), name, new DataReportOptions { Progress = progress.Add }, interruption.Token);
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
