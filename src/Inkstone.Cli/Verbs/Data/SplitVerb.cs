using System.CommandLine;
using System.Globalization;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Text.Splitting;
using Spectre.Console;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>Parts data into train, validation and test, or into folds, and writes them as a folder.</summary>
internal static class SplitVerb
{
    private static readonly Argument<string[]> Inputs = new("FILE") { Description = DataFileOptions.Inputs, Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> OutputDir = new("--output-dir") { Description = "The folder to write: train, validation and test, or fold-1, fold-2 and so on with train and validation each.", Required = true };
    private static readonly Option<double> Validation = new("--validation") { Description = "Share of the rows for validation.", DefaultValueFactory = _ => 0.1 };
    private static readonly Option<double> Test = new("--test") { Description = "Share of the rows for testing.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int?> Folds = new("--folds") { Description = "Part into so many folds instead." };
    private static readonly Option<int> Seed = new("--seed") { Description = "Another seed gives another split.", DefaultValueFactory = _ => 42 };
    private static readonly Option<bool> NoStratify = new("--no-stratify") { Description = "Do not give every label its share in each part." };
    private static readonly Option<string> Format = new("--format") { Description = "Form of the files.", DefaultValueFactory = _ => "jsonl" };
    private static readonly DataFileOptions Files = new(withGroups: true);

    /// <summary>A file of the folder, the share of the rows that it should have, and which rows stand in it.</summary>
    private sealed record Part(string Name, double Share, Func<int, bool> Has);

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong("jsonl", "csv", "parquet");
        var verb = new Command("split", "Part data into train, validation and test, or into folds.") { Inputs, OutputDir, Validation, Test, Folds, Seed, NoStratify, Format };
        Files.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var folder = parsed.GetValue(OutputDir)!;
        if (parsed.GetValue(Folds) is not null && (IsGiven(parsed, Validation) || IsGiven(parsed, Test)))
        {
            throw new WrongCallException("--folds goes with neither --validation nor --test: each fold is validation once.");
        }

        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new WrongCallException($"{folder}: rows of an older split may be in it; give --output-dir a new or an empty folder.");
        }

        RowFile.ThrowUnlessFolder(folder);
        var options = new SplitOptions
        {
            ValidationSplit = parsed.GetValue(Validation),
            TestSplit = parsed.GetValue(Test),
            Seed = unchecked((ulong)parsed.GetValue(Seed)),
            Stratify = !parsed.GetValue(NoStratify),
        };
        ThrowUnlessShares(options);

        using var interruption = new Interruption();

        // Labels are few: each is kept once, however many rows have it.
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var rows = new RereadRows(parsed.GetValue(Inputs)!, Files.Read(parsed) with { WithMetadata = true, Stop = interruption.Token }, terminal);
        var keys = new List<SplitKey>();
        var comparable = new ComparableText();   // what the report counts as equal stays together
        foreach (var row in rows.ReadFirst())
        {
            var label = row.Label is { } own && !labels.Add(own) && labels.TryGetValue(own, out var shared) ? shared : row.Label;
            keys.Add(new(comparable.Hash(row.Text, string.IsNullOrEmpty(row.TextPair) ? null : row.TextPair), label, row.Group));
        }

        var parts = parsed.GetValue(Folds) is { } folds ? OfFolds(keys, folds, options) : OfSides(keys, options);
        RowFile.WriteFolder(folder, temporary => Write(rows, parts, temporary, parsed.GetValue(Format)!));
        terminal.Results.Write(Counts(keys, parts));
        SayMissed(parts, keys.Count, terminal);

        return ExitCode.Done;
    }

    /// <summary>Says which parts are empty, or a fifth or more (and a row at least) off their share.</summary>
    private static void SayMissed(List<Part> parts, int rows, Terminal terminal)
    {
        foreach (var part in parts)
        {
            var (has, wants) = (Enumerable.Range(0, rows).Count(part.Has), part.Share * rows);
            if (has == 0)
            {
                terminal.Note($"{part.Name} has no rows: its share of so few texts, or of so few groups, comes to none.");
            }
            else if (Math.Abs(has - wants) >= Math.Max(1, 0.2 * wants))
            {
                terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{part.Name} has {100.0 * has / rows:0.#} % of the rows ({has}) instead of {100 * part.Share:0.#} %: equal texts and groups stay whole, and each label has rows in every part where it can."));
            }
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void ThrowUnlessShares(SplitOptions options)
    {
        if (!(options.ValidationSplit >= 0 && options.TestSplit >= 0 && options.ValidationSplit + options.TestSplit is > 0 and < 1))
        {
            throw new WrongCallException(FormattableString.Invariant(
                $"--validation and --test must be at least 0 and together above 0 and below 1, but are {options.ValidationSplit} and {options.TestSplit}; 0.1 each is usual."));
        }
    }

    private static List<Part> OfSides(List<SplitKey> keys, SplitOptions options)
    {
        var sides = Splitter.Sides(keys, options);
        var parts = new List<Part> { new("train", 1 - options.ValidationSplit - options.TestSplit, row => sides[row] == SplitSide.Train) };
        if (options.ValidationSplit > 0)
        {
            parts.Add(new("validation", options.ValidationSplit, row => sides[row] == SplitSide.Validation));
        }

        if (options.TestSplit > 0)
        {
            parts.Add(new("test", options.TestSplit, row => sides[row] == SplitSide.Test));
        }

        return parts;
    }

    private static List<Part> OfFolds(List<SplitKey> keys, int folds, SplitOptions options)
    {
        var foldOf = Splitter.Folds(keys, folds, options);
        return
        [
            .. Enumerable.Range(0, folds).SelectMany(fold => new Part[]
            {
                new(string.Create(CultureInfo.InvariantCulture, $"fold-{fold + 1}/train"), 1 - (1.0 / folds), row => foldOf[row] != fold),
                new(string.Create(CultureInfo.InvariantCulture, $"fold-{fold + 1}/validation"), 1.0 / folds, row => foldOf[row] == fold),
            }),
        ];
    }

    private static void Write(RereadRows rows, List<Part> parts, string folder, string format)
    {
        var open = new List<(Part Part, Stream Stream, RowWriter Writer)>();
        try
        {
            foreach (var part in parts)
            {
                var path = Path.Combine(folder, $"{part.Name}.{format}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 });
                open.Add((part, stream, RowWriter.Create(stream, path)));
            }

            var number = 0;
            foreach (var row in rows.ReadAgain())
            {
                foreach (var (part, _, writer) in open)
                {
                    if (part.Has(number))
                    {
                        RowFile.WriteRow(writer, row, ConvertVerb.RowColumns(row));
                    }
                }

                number++;
            }

            open.ForEach(file => file.Writer.Complete());
        }
        finally
        {
            open.ForEach(file => file.Writer.Dispose());
            open.ForEach(file => file.Stream.Dispose());
        }
    }

    private static Table Counts(List<SplitKey> keys, List<Part> parts)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("label");
        foreach (var part in parts)
        {
            table.AddColumn(new TableColumn(part.Name).RightAligned());
        }

        var labels = keys.Select(key => key.Label).Distinct().OrderBy(label => label is null).ThenBy(label => label, StringComparer.Ordinal).ToList();
        var columns = parts.Select(part => keys.Where((_, row) => part.Has(row)).CountBy(key => key.Label ?? "\0").ToDictionary()).ToList();
        foreach (var label in labels)
        {
            table.AddRow([Markup.Escape(label ?? "(none)"), .. columns.Select(counts => Number(counts.GetValueOrDefault(label ?? "\0")))]);
        }

        table.AddRow(["all", .. columns.Select(counts => Number(counts.Values.Sum()))]);
        return table;

        static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
    }
}
