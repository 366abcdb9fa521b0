using System.CommandLine;
using System.Globalization;
using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Hub;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Torch;

namespace Inkstone.Cli.Verbs;

/// <summary>Judges a trained classifier on labelled rows, or predictions that stand in a file.</summary>
internal static class TestVerb
{
    private static readonly Option<string[]> Model = new("--model", "-m") { Description = "A checkpoint folder, a run (its best/), or a model of the hub (org/name@revision); of several, the mean of their logits is judged.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> Data = new("--data") { Description = "Labelled rows (csv, tsv, json, jsonl, parquet, arrow), a pattern or a folder; labels are the model's names, their numbers from 0, or what its training files had." };
    private static readonly Option<string?> Predictions = new("--predictions") { Description = "Instead of --model and --data: rows that have label and logits." };
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "Where to write the numbers and tables: metrics.json, predictions.csv, errors.csv, confusion.csv, slices.csv, …." };
    private static readonly Option<bool> Bf16 = new("--bf16") { Description = "Matrix products in bfloat16." };
    private static readonly Option<string?> TextColumn = new("--text-column") { Description = "Column that holds the text; usual names are found." };
    private static readonly Option<string?> TextPairColumn = new("--text-pair-column") { Description = "Column that holds the second text of a pair." };
    private static readonly Option<string?> LabelColumn = new("--label-column") { Description = "Column that holds the label; usual names are found." };
    private static readonly Option<string?> LabelMap = LabelMapOption.Create("Names for labels, instead of those that training gave them: 0=neg,1=pos.");
    private static readonly Option<string?> FileEncoding = EncodingOption.Create();
    private static readonly Option<string?> Split = new("--split") { Description = "Which split of the folder that --data names." };
    private static readonly Option<string?> Where = new("--where") { Description = "SQL condition that rows must meet, on the file's own columns." };

    private static readonly Option<string?>[] Reading = [TextColumn, TextPairColumn, LabelColumn, LabelMap, FileEncoding, Split, Where];

    public static Command Create()
    {
        var verb = new Command("test", "Evaluate a trained classifier on labelled rows.") { Model, Data, Predictions, OutputDir, Bf16, TextColumn, TextPairColumn, LabelColumn, LabelMap, FileEncoding, Split, Where };
        ModelOptions.AddOverrides(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        if (parsed.GetValue(OutputDir) is { } place)
        {
            RowFile.ThrowUnlessFolder(place);
        }

        var evaluation = (parsed.GetValue(Model) is [_, ..] given ? given : null, parsed.GetValue(Data), parsed.GetValue(Predictions)) switch
        {
            (not null and var models, not null and var data, null) => JudgeAll(models, data, parsed, terminal),
            (null, null, not null) when ModelOptions.Overrides(parsed) is not null || parsed.GetValue(Bf16) || Reading.Any(option => parsed.GetValue(option) is not null) =>
                throw new WrongCallException("--predictions goes with --output-dir alone: nothing is computed, and its columns are fixed."),
            (null, null, not null and var predictions) => OfPredictions(predictions, terminal),
            _ => throw new WrongCallException("give --model M and --data FILE, or --predictions FILE."),
        };
        MetricsTable.Show(terminal.Results, evaluation.Metrics, evaluation.Split);
        if (parsed.GetValue(OutputDir) is { } folder)
        {
            RowFile.Naming(folder, () => evaluation.Write(folder), "Only files of it that were whole before were kept.");
        }

        return ExitCode.Done;
    }

    /// <summary>One model in memory at a time.</summary>
    private static Evaluation JudgeAll(string[] models, string data, ParseResult parsed, Terminal terminal)
    {
        Evaluation[] evaluations = [.. models.Select(model => Judge(model, data, parsed, terminal))];
        return evaluations is [var alone] ? alone : Evaluation.OfMean(evaluations);
    }

    private static Evaluation Judge(string model, string data, ParseResult parsed, Terminal terminal)
    {
        if (LinearClassifier.IsIn(model))
        {
            throw new WrongCallException($"{model} is a linear baseline, which is judged where it is trained: inkstone baseline RECIPE --test-file {data}");
        }

        TorchRuntime.LoadInBackground();
        HubModel.Fetch(model, HubSelection.Model, terminal);
        using var interruption = new Interruption();
        using var progress = new CountProgress(terminal, "Evaluating");
        using var classifier = Classifier.Load(model, adjust: ModelOptions.Overrides(parsed, terminal.Note));
        classifier.UseForInference(parsed.GetValue(Bf16));
        var columns = new DataOptions
        {
            TextColumn = parsed.GetValue(TextColumn),
            TextPairColumn = parsed.GetValue(TextPairColumn),
            LabelColumn = parsed.GetValue(LabelColumn),
            LabelMap = LabelMapOption.Read(parsed, LabelMap) ?? LabelMapOf(classifier),
            Encoding = EncodingOption.Read(parsed, FileEncoding),
            Where = parsed.GetValue(Where),
            Cleaning = classifier.Settings.Cleaning,
        };
        var folder = ModelLocation.Resolve(model);
        var rows = JudgedRows.Read(
            new([data], parsed.GetValue(Split)), columns, new LabelSet(classifier.LabelNames), classifier.Encoder, terminal.Note, interruption.Token, TrainingTexts.FileOf(folder));
        var notes = new ReadingNotes();
        foreach (var (index, row) in rows.Rows.Index())
        {
            notes.Add(rows.Documents[index].Truncated, string.IsNullOrWhiteSpace(classifier.Encoder.Cleaner.Clean(row.Text)));
        }

        notes.Say(terminal);
        return Evaluation.Of(classifier, Path.GetFileName(data), rows, progress.Add, interruption.Token) with { Temperature = Temperature.Read(folder) };
    }

    /// <summary>What training renamed labels to; the names themselves, and their numbers where no label is a number, mean what they mean without a map.</summary>
    private static ValueMap? LabelMapOf(Classifier classifier)
    {
        if (classifier.Settings.LabelMap is not { } trained)
        {
            return null;
        }

        var map = new OrderedDictionary<string, string>(trained, StringComparer.Ordinal);
        var hasNumbers = trained.Keys.Concat(classifier.LabelNames).Any(label => long.TryParse(label, CultureInfo.InvariantCulture, out _));
        foreach (var (id, name) in classifier.LabelNames.Index())
        {
            map.TryAdd(name, name);
            if (!hasNumbers)
            {
                var number = id.ToString(CultureInfo.InvariantCulture);
                map.TryAdd(number, number);   // stays a number, so that the notice says what it is read as
            }
        }

        return new(map);
    }

    private static Evaluation OfPredictions(string path, Terminal terminal)
    {
        var (labelNames, rows) = PredictionFileReader.Read(path, terminal.Note);
        return Evaluation.Of(Path.GetFileName(path), rows, labelNames, seen: null);
    }
}
