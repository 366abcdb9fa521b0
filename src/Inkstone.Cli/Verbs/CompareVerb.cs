using System.CommandLine;
using System.Globalization;
using Inkstone.Comparing;
using Spectre.Console;

namespace Inkstone.Cli.Verbs;

/// <summary>Says whether runs differ, or chance does.</summary>
internal static class CompareVerb
{
    private static readonly Argument<string[]> Runs = new("RUN") { Description = "Runs, baselines, or folders of inkstone test --output-dir, judged on the same rows; each is held against the first.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> Format = new("--format") { Description = "Form of the result on standard output.", DefaultValueFactory = _ => "table" };

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong("table", "json");
        var verb = new Command("compare", "Hold runs against each other on the same rows: McNemar's exact test, and a paired bootstrap of macro-F1.") { Runs, Format };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        if (parsed.GetValue(Runs) is not { Length: >= 2 })
        {
            throw new WrongCallException("give two runs or more, judged on the same rows: inkstone compare RUN RUN");
        }

        var comparison = RunComparison.Of([.. parsed.GetValue(Runs)!.Select(RunPredictions.Read)]);
        if (parsed.GetValue(Format) == "json")
        {
            Console.WriteLine(ComparisonJson.Of(comparison));
            return ExitCode.Done;
        }

        terminal.Results.Write(TableOf(comparison));
        for (var run = 1; run < comparison.Runs.Count; run++)
        {
            Console.WriteLine(comparison.Sentence(run));
        }

        if (comparison.Runs.Count > 2)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Each of the {comparison.Runs.Count - 1} sentences stands for itself; the more there are, the likelier one of them is wrong."));
        }

        return ExitCode.Done;
    }

    private static Table TableOf(RunComparison comparison)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("run");
        foreach (var title in new[] { "accuracy", "95 % interval", "macro-F1", "95 % interval" })
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var run in comparison.Runs)
        {
            table.AddRow(Markup.Escape(run.Name), Number(run.Accuracy), Ends(run.Intervals.Accuracy), Number(run.MacroF1), Ends(run.Intervals.MacroF1));
        }

        return table;
    }

    private static string Ends(Evaluating.Interval? interval) => interval is { } ends ? $"{Number(ends.Low)} to {Number(ends.High)}" : "–";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
