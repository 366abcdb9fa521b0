using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Predicting;
using Inkstone.Text.Corpora;
using Inkstone.Torch;

namespace Inkstone.Cli.Verbs;

/// <summary>Labels texts: given as arguments, in a file, through a pipe, or typed one by one.</summary>
internal static class PredictVerb
{
    private const int LongestText = 500;   // of a text on a screen

    private static readonly Argument<string[]> Texts = new("TEXT") { Description = "Texts to classify.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string[]> Model = new("--model", "-m") { Description = "A checkpoint folder, a run (its best/), or a model of the hub (org/name@revision). Given several times, the models vote by the mean of their logits.", Required = true };
    private static readonly Option<string?> Input = new("--input") { Description = "Data file to classify (csv, tsv, json, jsonl, parquet, arrow, plain text), pattern or folder; - is standard input, one text a line." };
    private static readonly Option<string?> Output = new("--output") { Description = "Where to write the predictions of --input: a .jsonl, .csv or .parquet file." };
    private static readonly Option<int> TopK = new("--top-k") { Description = "Labels to show for each text; a file of --output has them all.", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> Calibrated = new("--calibrated") { Description = "Probabilities at the temperature that training fitted on the validation rows; the labels stay the same." };
    private static readonly Option<double> RejectBelow = new("--reject-below") { Description = "Answer null where the best label's probability is below this, 0 to 1.", DefaultValueFactory = _ => 0, HelpName = "P" };
    private static readonly Option<int?> TopChunks = new("--top-chunks") { Description = "Of a text in chunks, show so many that speak most for the predicted label, with their text." };
    private static readonly Option<bool> Bf16 = new("--bf16") { Description = "Matrix products in bfloat16." };
    private static readonly Option<int> BatchTokens = new("--batch-tokens") { Description = "Most tokens that go through the model at once, one chunk at least.", DefaultValueFactory = _ => LogitsReader.DefaultBatchTokens };
    private static readonly Option<string?> TextColumn = new("--text-column") { Description = "Column of --input that holds the text; usual names are found." };
    private static readonly Option<string?> TextPairColumn = new("--text-pair-column") { Description = "Column of --input that holds the second text of a pair." };
    private static readonly Option<string?> FileEncoding = EncodingOption.Create();
    private static readonly Option<string?> Split = new("--split") { Description = "Which split of the folder that --input names." };
    private static readonly Option<string?> Where = new("--where") { Description = "SQL condition that rows of --input must meet, on the file's own columns." };

    private static readonly Option<string?>[] OfInput = [TextColumn, TextPairColumn, FileEncoding, Split, Where];

    public static Command Create()
    {
        var verb = new Command("predict", "Label texts with a trained classifier.") { Texts, Model, Input, Output, TopK, TopChunks, Calibrated, RejectBelow, Bf16, BatchTokens, TextColumn, TextPairColumn, FileEncoding, Split, Where };
        ModelOptions.AddOverrides(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var (texts, input, output) = (parsed.GetValue(Texts) ?? [], parsed.GetValue(Input), parsed.GetValue(Output));
        if (texts.Length > 0 && input is not null)
        {
            throw new WrongCallException("give texts or --input, not both; several models each need a --model of their own.");
        }

        if (texts.Length > 0 && OfInput.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } unused)
        {
            throw new WrongCallException($"{unused.Name} belongs to --input FILE; texts of the command line have no columns.");
        }

        if (output is not null && input is null)
        {
            throw new WrongCallException("--output belongs to --input FILE; the predictions of texts go to standard output.");
        }

        if (parsed.GetValue(TopK) < 1 || parsed.GetValue(BatchTokens) < 1)
        {
            throw new WrongCallException("--top-k and --batch-tokens must be at least 1.");
        }

        if (parsed.GetValue(RejectBelow) is not (>= 0 and <= 1))
        {
            throw new WrongCallException("--reject-below must be a probability, 0 to 1, such as 0.6.");
        }

        if (parsed.GetValue(TopChunks) < 1)
        {
            throw new WrongCallException("--top-chunks must be at least 1; leave it out to show none.");
        }

        if (output is not null)
        {
            RowFile.ThrowUnlessWritable(output);
            RowFile.ThrowIfInput(output, [input!], parsed.GetValue(Split));
        }

        foreach (var text in texts)
        {
            SayIfPath(text, terminal);
        }

        TorchRuntime.LoadInBackground();
        var models = parsed.GetValue(Model)!;
        foreach (var model in models)
        {
            HubModel.Fetch(model, HubSelection.Model, terminal);
        }

        FreedMemory.Keep();
        var show = new PredictionShow(parsed.GetValue(TopK), parsed.GetValue(TopChunks) ?? 0, parsed.GetValue(RejectBelow));
        using var classifier = Open(models, parsed, terminal);
        if (texts.Length > 0)
        {
            ShowAll([[.. texts.Select(text => (text, (string?)null))]], classifier, show, terminal);
        }
        else if (input is null && !Console.IsInputRedirected)
        {
            Converse(classifier, show, Console.In, Console.Out, Console.Error);
        }
        else
        {
            PredictFile(classifier, input ?? "-", output, show, parsed, terminal);
        }

        return ExitCode.Done;
    }

    private static ITextClassifier Open(string[] models, ParseResult parsed, Terminal terminal)
    {
        if (models.FirstOrDefault(LinearClassifier.IsIn) is not { } baseline)
        {
            return TextClassifier.Load(models, new()
            {
                Bf16 = parsed.GetValue(Bf16),
                BatchTokens = parsed.GetValue(BatchTokens),
                Calibrated = parsed.GetValue(Calibrated),
                Adjust = ModelOptions.Overrides(parsed, terminal.Note),
            });
        }

        if (models.Length > 1 || parsed.GetValue(Bf16) || parsed.GetValue(Calibrated) || ModelOptions.Overrides(parsed) is not null)
        {
            throw new WrongCallException($"{baseline} is a linear baseline: it votes with no other model, and --bf16, --calibrated, --max-length and --set mean nothing to it.");
        }

        return LinearTextClassifier.Load(baseline);
    }

    /// <summary>A model or a file among the texts is classified as what it is called, which is hardly what was meant.</summary>
    private static void SayIfPath(string text, Terminal terminal)
    {
        if (ModelLocation.IsFolderOfModels(text))
        {
            terminal.Note($"Note: {text} is taken for a text, though a folder with a model has that name. Several models each need a --model of their own: --model A --model {text}");
        }
        else if (File.Exists(text))
        {
            terminal.Note($"Note: {text} is taken for a text, though a file has that name. To classify its rows: --input {text}");
        }
    }

    private static void PredictFile(ITextClassifier classifier, string input, string? output, PredictionShow show, ParseResult parsed, Terminal terminal)
    {
        using var interruption = output is null ? null : new Interruption();   // lines on a screen need no end of their own
        var options = new ReadOptions
        {
            TextColumn = parsed.GetValue(TextColumn),
            TextPairColumn = parsed.GetValue(TextPairColumn),
            Encoding = EncodingOption.Read(parsed, FileEncoding),
            Split = parsed.GetValue(Split),
            Where = parsed.GetValue(Where),
            Labels = LabelUse.Ignored,
            WithMetadata = output is not null,
            Stop = interruption?.Token ?? default,
        };
        var rows = DataInput.ReadAloud([input], options, terminal);
        var summary = output is null
            ? ShowAll(rows.Select(row => (row.Text, row.TextPair)).Chunk(1024), classifier, show, terminal)
            : PredictionFile.Write(classifier, rows, output, show, terminal, options.Stop);
        if (parsed.GetValue(Input) is not null)
        {
            Console.Error.WriteLine(JsonSerializer.Serialize(summary, JsonForms.SnakeCase));
        }
    }

    private static PredictionSummary ShowAll(IEnumerable<(string Text, string? Pair)[]> windows, ITextClassifier classifier, PredictionShow show, Terminal terminal)
    {
        var clock = Stopwatch.StartNew();
        var (samples, tokens) = (0L, 0L);
        var notes = new ReadingNotes();
        foreach (var window in windows)
        {
            var predictions = classifier.Predict(window);
            samples += predictions.Count;
            tokens += predictions.Sum(prediction => (long)prediction.TokenCount);
            notes.Add(predictions);
            Show(predictions, show, Console.Out);
        }

        notes.Say(terminal);
        return PredictionSummary.Of(samples, tokens, clock.Elapsed);
    }

    /// <summary>A prompt: a text, its prediction, the next text, until the input ends. Ctrl-C ends the program at once, as there is nothing to save.</summary>
    internal static void Converse(ITextClassifier classifier, PredictionShow show, TextReader input, TextWriter output, TextWriter prompt)
    {
        prompt.WriteLine($"Labels: {string.Join(", ", classifier.LabelNames)}. Type a text and press Enter; Ctrl-D ends.");
        while (true)
        {
            prompt.Write(">> ");
            if (input.ReadLine() is not { } text)
            {
                prompt.WriteLine();
                return;
            }

            if (!string.IsNullOrWhiteSpace(text))
            {
                Show(classifier.Predict([(text, null)]), show, output);
            }
        }
    }

    /// <summary>The outline's three lines for each text, and a line for each chunk that is asked for; the label is <c>null</c> where its probability is below the threshold.</summary>
    internal static void Show(IReadOnlyList<Prediction> predictions, PredictionShow show, TextWriter output)
    {
        var lines = new StringBuilder();
        foreach (var prediction in predictions)
        {
            var best = prediction.Scores.Take(show.TopK).Select(score => string.Create(CultureInfo.InvariantCulture, $"{PlainText.OneLine(score.Label)}={score.Probability:0.000}")).ToArray();
            lines.Append(CultureInfo.InvariantCulture, $"Text: {PlainText.OneLine(Console.IsOutputRedirected ? prediction.Text : PlainText.Shortened(prediction.Text, LongestText))}\n");
            lines.Append(CultureInfo.InvariantCulture, $"Pred: {PlainText.OneLine(prediction.LabelFrom(show.RejectBelow) ?? "null")} (conf={prediction.Confidence:0.00})\n");
            lines.Append(CultureInfo.InvariantCulture, $"Top-{best.Length}: {string.Join(", ", best)}\n");
            foreach (var chunk in prediction.TopChunks(show.TopChunks))
            {
                var logit = chunk.Logits[prediction.Scores[0].LabelId];
                lines.Append(CultureInfo.InvariantCulture, $"Chunk {chunk.ChunkIdx + 1} of {prediction.Chunks.Count} [{chunk.Start}, {chunk.End}): {PlainText.OneLine(prediction.Label)} logit={logit:0.000}: {PlainText.OneLine(prediction.TextOf(chunk))}\n");
            }
        }

        output.Write(lines);
        output.Flush();
    }
}
