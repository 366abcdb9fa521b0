using System.CommandLine;
using System.Globalization;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Spectre.Console;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>Cleans data as training would: normalises the texts, takes out rows, and counts and lists all of it.</summary>
internal static class CleanVerb
{
    private static readonly Argument<string[]> Inputs = new("FILE") { Description = DataFileOptions.Inputs, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "Where to write the rows that stay: a .jsonl, .csv or .parquet file.", Required = true };
    private static readonly Option<string?> Removed = new("--removed") { Description = "Where to list the rows that left, each with its reason: a .csv file." };
    private static readonly Option<bool> DropUnlabelled = new("--drop-unlabelled") { Description = "Take out rows without a label too, as training does." };
    private static readonly Option<string[]> Set = SetOption.Create("A key of data.cleaning, such as normalize=weibo or drop_conflicting=true.", "FILE");

    private static readonly DataFileOptions Files = new();

    public static Command Create()
    {
        var verb = new Command("clean", "Normalize texts and take out rows that are not fit to train on.") { Inputs, Output, Removed, DropUnlabelled, Set };
        Files.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var (output, removed) = (parsed.GetValue(Output)!, parsed.GetValue(Removed));
        RowFile.ThrowUnlessWritable(output);
        RowFile.ThrowIfInput(output, parsed.GetValue(Inputs)!, Files.Read(parsed).Split);
        if (removed is not null)
        {
            RowFile.ThrowUnlessWritable(removed, ".csv");
            RowFile.ThrowIfInput(removed, parsed.GetValue(Inputs)!, Files.Read(parsed).Split);
            if (Path.GetFullPath(removed) == Path.GetFullPath(output))
            {
                throw new WrongCallException("--output and --removed must be two files.");
            }
        }

        using var interruption = new Interruption();
        var options = CleaningSettings.Parse(parsed.GetValue(Set) ?? []);
        var cleaner = TextCleaner.For(options);
        var steps = new StepCounts(cleaner);
        var rows = new RereadRows(parsed.GetValue(Inputs)!, Files.Read(parsed) with { WithMetadata = true, Stop = interruption.Token }, terminal);
        var judge = new RowJudge(options, parsed.GetValue(DropUnlabelled));
        foreach (var row in rows.ReadFirst())
        {
            judge.Add(cleaner.Clean(row, steps));
        }

        var verdicts = judge.Finish();
        if (removed is null)
        {
            Write(list: null);
        }
        else
        {
            RowFile.WriteFile(removed, stream =>
            {
                using var list = new RemovedFile(stream);
                Write(list);
            });
        }

        Show(terminal, rows, verdicts, steps);
        return ExitCode.Done;

        void Write(RemovedFile? list)
        {
            rows.SetAside.ForEach(record => List(file => file.Add(record)));
            RowFile.Write(output, Kept(List));

            void List(Action<RemovedFile> add)
            {
                if (list is not null)
                {
                    RowFile.Naming(removed!, () => add(list));
                }
            }
        }

        IEnumerable<(Row, IEnumerable<KeyValuePair<string, System.Text.Json.Nodes.JsonNode?>>)> Kept(Action<Action<RemovedFile>> list)
        {
            var number = 0;
            foreach (var row in rows.ReadAgain())
            {
                if (verdicts[number++] is { } reason)
                {
                    list(file => file.Add(new RemovedRow(row, reason)));
                }
                else
                {
                    yield return (row, ConvertVerb.RowColumns(cleaner.Clean(row)));
                }
            }
        }
    }

    private static void Show(Terminal terminal, RereadRows rows, IReadOnlyList<RemovalReason?> verdicts, StepCounts steps)
    {
        var kept = verdicts.Count(verdict => verdict is null);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("rows");
        table.AddColumn(new TableColumn("").RightAligned());
        Add("read", rows.Count + rows.SetAside.Count);
        Add("kept", kept);
        foreach (var (reason, count) in verdicts.OfType<RemovalReason>().CountBy(reason => reason).OrderBy(reason => reason.Key))
        {
            Add(RemovedFile.NameOf(reason), count);
        }

        if (rows.SetAside.Count > 0)
        {
            Add(RemovedFile.NameOf(RemovalReason.Unreadable), rows.SetAside.Count);
        }

        terminal.Results.Write(table);
        if (steps.Texts.Count > 0)
        {
            table = new Table { Border = TableBorder.Simple };
            table.AddColumn("texts changed by");
            table.AddColumn(new TableColumn("").RightAligned());
            foreach (var (step, texts) in steps.Texts)
            {
                Add(step, texts);
            }

            terminal.Results.Write(table);
        }

        void Add(string name, long count) => table.AddRow(name, count.ToString(CultureInfo.InvariantCulture));
    }
}
