using System.CommandLine;
using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Explaining.Html;
using Inkstone.Hub;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Torch;

namespace Inkstone.Cli.Verbs;

/// <summary>Shows which tokens decided: as colors on a terminal, as a page, as JSON; or measures which method to believe.</summary>
internal static class ExplainVerb
{
    private const string AllMethods = "all";

    private static readonly Argument<string[]> Texts = new("TEXT") { Description = "Texts to explain.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> Model = new("--model", "-m") { Description = "A checkpoint folder, a run (its best/), or a model of the hub (org/name@revision).", Required = true };
    private static readonly Option<string?> Input = new("--input") { Description = "Data file whose rows are explained (csv, tsv, json, jsonl, parquet, arrow, plain text), pattern or folder; - is standard input, one text a line." };
    private static readonly Option<int?> Limit = new("--limit") { Description = "Rows of --input to take, from the first." };
    private static readonly Option<string?> Output = new("--output") { Description = "Where to write the explanations: a .html page, with every method unless --method says otherwise, or a .json file." };
    private static readonly Option<string[]> Method = new("--method") { Description = "integrated_gradients (default), grad_x_input, attention (exploratory), or all; may be repeated." };
    private static readonly Option<string?> Label = new("--label") { Description = "Explain this label; by default the predicted one." };
    private static readonly Option<string?> Against = new("--against") { Description = "Explain this label's logit, and what speaks for the predicted label (or --label; for the next best where this one is predicted) rather than for this one." };
    private static readonly Option<string> By = new("--by") { Description = "What gets a color: word (default), character or token.", DefaultValueFactory = _ => "word" };
    private static readonly Option<string> Baseline = new("--baseline") { Description = "Where Integrated Gradients starts: pad (default) or mask in place of every token but [CLS] and [SEP]. Try both: --faithfulness tells which one this model follows better.", DefaultValueFactory = _ => "pad" };
    private static readonly Option<int> Steps = new("--steps") { Description = "Points on the way from the baseline to the text.", DefaultValueFactory = _ => 20 };
    private static readonly Option<string> Quadrature = new("--quadrature") { Description = "How they are summed up: gausslegendre (default) or trapezoid.", DefaultValueFactory = _ => "gausslegendre" };
    private static readonly Option<string> Attention = new("--attention") { Description = "Which attention: rollout (default), mean, a layer (3), or a layer and a head (3.2), from 1.", DefaultValueFactory = _ => "rollout" };
    private static readonly Option<bool> MeasureFaithfulness = new("--faithfulness") { Description = "Instead of explaining, measure on these texts which method's order of tokens the model follows: deletion and insertion curves, shuffled weights." };
    private static readonly Option<int> BatchTokens = new("--batch-tokens") { Description = "Most tokens that go through the model at once, steps and chunks together; one chunk at least.", DefaultValueFactory = _ => new ExplainingOptions().BatchTokens };
    private static readonly Option<int?> TopChunks = new("--top-chunks") { Description = "Of a document in chunks write only so many, those that speak most for the label, the strongest first; belongs to --output FILE.json. All are computed, as the document's logit hangs on all." };
    private static readonly Option<string?> TextColumn = new("--text-column") { Description = "Column of --input that holds the text; usual names are found." };
    private static readonly Option<string?> TextPairColumn = new("--text-pair-column") { Description = "Column of --input that holds the second text of a pair." };
    private static readonly Option<string?> FileEncoding = EncodingOption.Create();
    private static readonly Option<string?> Split = new("--split") { Description = "Which split of the folder that --input names." };
    private static readonly Option<string?> Where = new("--where") { Description = "SQL condition that rows of --input must meet, on the file's own columns." };

    private static readonly Option[] OfInput = [TextColumn, TextPairColumn, FileEncoding, Split, Where, Limit];

    public static Command Create()
    {
        var verb = new Command("explain", "Show which words of a text decided a trained classifier's prediction.")
        {
            Texts, Model, Method, Label, Against, By, Input, Limit, Output, Baseline, Steps, Quadrature, Attention, MeasureFaithfulness, BatchTokens, TopChunks, TextColumn, TextPairColumn, FileEncoding, Split, Where,
        };
        ModelOptions.AddOverrides(verb);
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var output = parsed.GetValue(Output);
        RefuseWrongCalls(parsed, output);
        var (methods, by, options) = (MethodsOf(parsed, output), Choice(parsed, By, Enum.Parse<UnitKind>, Enum.GetNames<UnitKind>()), OptionsOf(parsed));
        RefuseWithoutEffect(parsed, methods);

        var model = parsed.GetValue(Model)!;
        if (LinearClassifier.IsIn(model))
        {
            throw new WrongCallException($"{model} is a linear baseline, and explain shows what an encoder read. Give the folder of a run or its best/.");
        }

        TorchRuntime.LoadInBackground();
        HubModel.Fetch(model, HubSelection.Model, terminal);
        using var interruption = new Interruption();
        using var classifier = Classifier.Load(model, adjust: ModelOptions.Overrides(parsed, terminal.Note));
        var target = TargetOf(parsed, classifier.LabelNames);
        var texts = TextsOf(parsed, classifier, terminal, interruption.Token);
        if (parsed.GetValue(MeasureFaithfulness))
        {
            Measure(classifier, [.. texts], methods, options, parsed, terminal, interruption.Token);
            return ExitCode.Done;
        }

        using var progress = output is null ? null : new CountProgress(terminal, "Explaining");   // what is printed shows it
        var explainer = new Explainer(classifier, options);
        var said = new ExplanationNotes();
        Write(Explanations(), output, model, methods, by, options.Attention, parsed.GetValue(TopChunks), terminal);
        return ExitCode.Done;

        IEnumerable<Explanation> Explanations()
        {
            foreach (var (text, pair) in texts)
            {
                var explanation = explainer.Explain(text, pair, methods, target, interruption.Token);
                said.Add(explanation);
                progress?.Add(1);
                yield return explanation;
            }

            if (said.Count == 0)
            {
                throw new WrongCallException("there is nothing to explain: give texts, or --input with rows in it.");
            }

            foreach (var sentence in output is null ? [] : said.Sentences())
            {
                terminal.Note(sentence);
            }
        }
    }

    private static void RefuseWrongCalls(ParseResult parsed, string? output)
    {
        var (texts, input) = (parsed.GetValue(Texts) ?? [], parsed.GetValue(Input));
        if (texts.Length > 0 && input is not null)
        {
            throw new WrongCallException("give texts or --input, not both.");
        }

        if (texts.Length == 0 && input is null && !Console.IsInputRedirected)
        {
            throw new WrongCallException("there is nothing to explain: give texts, or --input FILE.");
        }

        if (texts.Length > 0 && OfInput.FirstOrDefault(option => IsGiven(parsed, option)) is { } unused)
        {
            throw new WrongCallException($"{unused.Name} belongs to --input FILE; texts of the command line have no columns.");
        }

        if (texts.Any(string.IsNullOrWhiteSpace))
        {
            throw new WrongCallException("a text is empty: there is nothing in it to explain.");
        }

        if (parsed.GetValue(Limit) < 1)
        {
            throw new WrongCallException("--limit must be at least 1.");
        }

        if (parsed.GetValue(TopChunks) is { } chunks && (chunks < 1 || output?.EndsWith(".json", StringComparison.OrdinalIgnoreCase) != true || parsed.GetValue(MeasureFaithfulness)))
        {
            throw new WrongCallException("--top-chunks must be at least 1, and belongs to the explanations in --output FILE.json.");
        }

        if (output is not null)
        {
            RowFile.ThrowUnlessWritable(output, parsed.GetValue(MeasureFaithfulness) ? [".json"] : [".html", ".json"]);
            if (input is not null)
            {
                RowFile.ThrowIfInput(output, [input], parsed.GetValue(Split));
            }
        }
    }

    private static void RefuseWithoutEffect(ParseResult parsed, ExplanationMethod[] methods)
    {
        (ExplanationMethod Method, Option[] Options)[] belongings =
            [(ExplanationMethod.IntegratedGradients, [Steps, Baseline, Quadrature]), (ExplanationMethod.Attention, [Attention])];
        foreach (var (method, options) in belongings)
        {
            if (!methods.Contains(method) && options.FirstOrDefault(option => IsGiven(parsed, option)) is { } unused)
            {
                throw new WrongCallException($"{unused.Name} belongs to {ExplanationMethods.NameOf(method)}, which is not among the methods; add --method {ExplanationMethods.NameOf(method)}, or leave {unused.Name} out.");
            }
        }

        Option[] ofLabels = [Label, Against];
        if (parsed.GetValue(MeasureFaithfulness) && ofLabels.Append(By).FirstOrDefault(option => IsGiven(parsed, option)) is { } ofOne)
        {
            throw new WrongCallException($"{ofOne.Name} means nothing to --faithfulness, which follows the predicted label by tokens; leave {ofOne.Name} out.");
        }

        if (methods is [ExplanationMethod.Attention] && ofLabels.FirstOrDefault(option => IsGiven(parsed, option)) is { } ofLabel)
        {
            throw new WrongCallException($"{ofLabel.Name} means nothing to attention, which belongs to no class; add another --method, or leave {ofLabel.Name} out.");
        }
    }

    private static ExplanationMethod[] MethodsOf(ParseResult parsed, string? output)
    {
        string[] names = [.. (parsed.GetValue(Method) ?? []).SelectMany(name => name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        var everything = names.Length == 0 && (parsed.GetValue(MeasureFaithfulness) || output?.EndsWith(".html", StringComparison.OrdinalIgnoreCase) == true);
        if (everything || names.Contains(AllMethods))
        {
            return [ExplanationMethod.IntegratedGradients, ExplanationMethod.GradXInput, ExplanationMethod.Attention];
        }

        try
        {
            return names.Length == 0 ? [ExplanationMethod.IntegratedGradients] : [.. names.Select(ExplanationMethods.Parse).Distinct()];
        }
        catch (ArgumentException error)
        {
            throw new WrongCallException($"--method: {error.Message}");
        }
    }

    private static ExplainingOptions OptionsOf(ParseResult parsed)
    {
        try
        {
            return new()
            {
                Steps = parsed.GetValue(Steps),
                Quadrature = Choice(parsed, Quadrature, Enum.Parse<Quadrature>, Enum.GetNames<Quadrature>()),
                Baseline = Choice(parsed, Baseline, Enum.Parse<ExplanationBaseline>, Enum.GetNames<ExplanationBaseline>()),
                Attention = AttentionView.Parse(parsed.GetValue(Attention)!),
                BatchTokens = parsed.GetValue(BatchTokens),
            };
        }
        catch (ArgumentException error)
        {
            throw new WrongCallException($"--attention: {error.Message}");
        }
    }

    private static T Choice<T>(ParseResult parsed, Option<string> option, Func<string, T> read, string[] names)
    {
        var given = parsed.GetValue(option)!;
        if (names.FirstOrDefault(name => name.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            return read(name);
        }

        string[] choices = [.. names.Select(choice => choice.ToLowerInvariant())];
        var meant = NearestName.Of(given, choices) is { } nearest ? $"; did you mean {nearest}?" : ".";
        throw new WrongCallException($"{option.Name} must be one of {string.Join(", ", choices)}, but is '{given}'{meant}");
    }

    private static ExplanationTarget TargetOf(ParseResult parsed, IReadOnlyList<string> labels)
    {
        var (label, against) = (IdOf(Label), IdOf(Against));
        if (against is not null && labels.Count < 2)
        {
            throw new WrongCallException("--against needs a second label; this model has one.");
        }

        return label is not null && label == against
            ? throw new WrongCallException("--label and --against name the same label; there is nothing to compare.")
            : new(label, against);

        int? IdOf(Option<string?> option)
        {
            if (parsed.GetValue(option) is not { } name)
            {
                return null;
            }

            var id = labels.ToList().IndexOf(name);
            var meant = NearestName.Of(name, labels) is { } nearest ? $"; did you mean {nearest}?" : ".";
            return id >= 0 ? id : throw new WrongCallException($"{option.Name}: the model has no label '{name}'{meant} Its labels: {string.Join(", ", labels.Take(20))}{(labels.Count > 20 ? " …" : "")}.");
        }
    }

    private static IEnumerable<(string Text, string? Pair)> TextsOf(ParseResult parsed, Classifier classifier, Terminal terminal, CancellationToken stop)
    {
        if (parsed.GetValue(Texts) is [_, ..] texts)
        {
            return texts.FirstOrDefault(text => string.IsNullOrWhiteSpace(classifier.Encoder.Cleaner.Clean(text))) is { } emptied
                ? throw new WrongCallException($"nothing is left of '{emptied}' after the cleaning that the model was trained with: there is nothing to explain.")
                : texts.Select(text => (text, (string?)null));
        }

        var options = new ReadOptions
        {
            TextColumn = parsed.GetValue(TextColumn),
            TextPairColumn = parsed.GetValue(TextPairColumn),
            Encoding = EncodingOption.Read(parsed, FileEncoding),
            Split = parsed.GetValue(Split),
            Where = parsed.GetValue(Where),
            Labels = LabelUse.Ignored,
            Stop = stop,
        };
        var rows = DataInput.ReadAloud([parsed.GetValue(Input) ?? "-"], options, terminal).Select(row => (row.Text, row.TextPair));
        return parsed.GetValue(Limit) is { } limit ? rows.Take(limit) : rows;
    }

    private static void Write(
        IEnumerable<Explanation> explanations, string? output, string model, IReadOnlyList<ExplanationMethod> methods, UnitKind by, AttentionView view, int? topChunks, Terminal terminal)
    {
        if (output is null)
        {
            foreach (var explanation in explanations)
            {
                ExplanationView.Show(terminal.Results, explanation, by);
            }
        }
        else if (output.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            RowFile.WriteFile(output, stream =>
            {
                using var json = new ExplanationJson(stream, by, topChunks);
                WriteAll(json.Write);
            });
        }
        else
        {
            RowFile.WriteFile(output, stream =>
            {
                using var page = new ExplanationPage(stream, Path.GetFileName(Path.TrimEndingDirectorySeparator(model)), methods, by, view);
                WriteAll(page.Write);
            });
            terminal.Note($"{output}: open it in a browser.");
        }

        void WriteAll(Action<Explanation> write)
        {
            foreach (var explanation in explanations)
            {
                write(explanation);
            }
        }
    }

    private static void Measure(
        Classifier classifier, (string, string?)[] texts, IReadOnlyList<ExplanationMethod> methods, ExplainingOptions options, ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var variants = methods.SelectMany(method => Variants(method, options, parsed)).ToArray();
        IReadOnlyList<FaithfulnessCurve> curves;
        using (var progress = new CountProgress(terminal, "Explaining"))
        {
            curves = Faithfulness.Measure(classifier, texts, variants, options, seed: 0, () => progress.Add(1), stop);
        }

        if (curves.Count == 0)
        {
            throw new WrongCallException("no text has two tokens or more: there is no order to measure.");
        }

        if (parsed.GetValue(Output) is { } output)
        {
            RowFile.WriteFile(output, stream => FaithfulnessTable.WriteJson(stream, curves));
        }

        FaithfulnessTable.Show(terminal.Results, curves);
    }

    /// <summary>What the call says of a method; where it says nothing, each usual way.</summary>
    private static IEnumerable<ExplanationVariant> Variants(ExplanationMethod method, ExplainingOptions options, ParseResult parsed) => method switch
    {
        ExplanationMethod.Attention => IsGiven(parsed, Attention)
            ? [new(method, options.Baseline, options.Attention)]
            : [new(method, options.Baseline, AttentionView.Mean), new(method, options.Baseline, AttentionView.Rollout)],
        ExplanationMethod.IntegratedGradients when !IsGiven(parsed, Baseline) => [new(method, ExplanationBaseline.Pad), new(method, ExplanationBaseline.Mask)],
        _ => [new(method, options.Baseline)],
    };

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
