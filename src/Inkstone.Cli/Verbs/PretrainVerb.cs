using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Pretraining;
using Inkstone.Pretraining.Masks;
using Inkstone.Recipes;
using Inkstone.Torch;
using static System.FormattableString;

namespace Inkstone.Cli.Verbs;

/// <summary>Pre-trains an encoder on texts.</summary>
internal static class PretrainVerb
{
    private static readonly (string Name, MaskingUnit Value)[] Units = [("token", MaskingUnit.Token), ("ngram", MaskingUnit.Ngram), ("whole-word", MaskingUnit.WholeWord)];
    private static readonly (string Name, FirstToken Value)[] FirstTokens = [("text", FirstToken.Text), ("hide", FirstToken.Hide), ("label", FirstToken.Label)];
    private static readonly (string Name, PretrainScheduleType Value)[] Schedules =
        [("linear", PretrainScheduleType.Linear), ("cosine", PretrainScheduleType.Cosine), ("constant", PretrainScheduleType.Constant)];

    private static readonly (string Name, DType Value)[] Dtypes = [("fp16", DType.Float16), ("bf16", DType.BFloat16), ("fp32", DType.Float32)];

    private static readonly Argument<string[]> Corpus = new("CORPUS") { Description = "Texts to learn from: files, patterns, folders; plain text (a text a line), csv, tsv, json, jsonl, parquet. Not needed with --from-recipe and --resume.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "The run's folder; runs/pretrain-<time> by default." };
    private static readonly Option<string?> Resume = new("--resume") { Description = "A run that was interrupted (goes on at its step) or killed (at its newest save).", HelpName = "RUN" };

    private static readonly Option<string?> Encoding = EncodingOption.Create();
    private static readonly Option<bool> Replace = new("--replace") { Description = "Of what is hidden, let a tenth become another word and a tenth stay (true, the default), or hide all of it behind [MASK] (false, or --no-replace)." };
    private static readonly Option<bool> NoReplace = new("--no-replace") { Description = "Hide all of it behind [MASK]." };

    private static readonly PretrainOptions Default = new();

    // Each option and what it changes.
    private static readonly List<(Option Option, Func<ParseResult, PretrainOptions, PretrainOptions> Apply)> Settings = [];

    public static Command Create()
    {
        Add<string?>(new("--text-column") { Description = "Column of the texts; found by its usual names by default." }, (options, value) => options with { TextColumn = value });
        Settings.Add((Encoding, (parsed, options) => options with { Encoding = EncodingOption.Read(parsed, Encoding) }));
        Add<string?>(new("--from-recipe") { Description = "In-task: learn from the training rows of a recipe, going on from its model.", HelpName = "RECIPE" }, (options, value) => options with { FromRecipe = value });
        Add<string?>(new("--model", "-m") { Description = "Go on from this folder, run or model of the hub, instead of a new model." }, (options, value) => options with { Model = value });
        Add<bool>(new("--keep-optimizer") { Description = "With --model RUN: take over the optimizer of that pre-training run, too." }, (options, value) => options with { KeepOptimizer = value });
        Add<int?>(new("--layers") { Description = "Layers of a new model; 4 by default." }, (options, value) => options with { Layers = value });
        Add<int?>(new("--hidden") { Description = "Width of a new model; 256 by default." }, (options, value) => options with { Hidden = value });
        Add<int?>(new("--heads") { Description = "Attention heads of a new model; one for each 64 of the width by default." }, (options, value) => options with { Heads = value });
        Add<int?>(new("--intermediate") { Description = "Width of its feed-forward part; four times the width by default." }, (options, value) => options with { Intermediate = value });
        Add<string?>(new("--config") { Description = "A config.json that gives a new model's shape instead.", HelpName = "FILE" }, (options, value) => options with { Config = value });
        Add<string?>(new("--vocab") { Description = "A new model's vocab.txt; otherwise a vocabulary is made of the texts.", HelpName = "FILE" }, (options, value) => options with { Vocab = value });
        Add<int?>(new("--vocab-size") { Description = "Tokens of the vocabulary that is made; 8900 by default." }, (options, value) => options with { VocabSize = value });
        Add<bool>(new("--offset-heads") { Description = "Let a new model's first layer look at neighbours from the beginning (true, the default), or start as BERT does (false)." }, (options, value) => options with { OffsetHeads = value });
        Add<int>(new("--max-length") { Description = Invariant($"Tokens of a text; longer ones are cut into several, at ends of sentences. {Default.MaxLength} by default.") }, (options, value) => options with { MaxLength = value });
        Add<int>(new("--batch-tokens") { Description = Invariant($"Tokens in a step; {Default.BatchTokens} by default.") }, (options, value) => options with { BatchTokens = value });
        Add<double?>(new("--learning-rate", "--lr") { Description = "Peak rate; by default 1e-3 for a new model, 1e-4 for one that goes on." }, (options, value) => options with { LearningRate = value });
        AddNamed("--schedule", "How the rate falls after the warm-up: linear (the default), cosine, or constant until the last --decay-ratio.", Schedules, (options, value) => options with { Schedule = value });
        Add<double>(new("--warmup-ratio") { Description = Invariant($"Share of the run that warms up; {Default.WarmupRatio} by default.") }, (options, value) => options with { WarmupRatio = value });
        Add<double>(new("--decay-ratio") { Description = Invariant($"Share of the run at whose end a constant rate falls to 0; {Default.DecayRatio} by default.") }, (options, value) => options with { DecayRatio = value });
        Add<double>(new("--weight-decay") { Description = Invariant($"Decay of matrices; {Default.WeightDecay} by default.") }, (options, value) => options with { WeightDecay = value });
        AddNamed("--masking", "What is hidden at a time: token (the default), ngram (one to three tokens), or whole-word (by ICU's dictionary).", Units, (options, value) => options with { Masking = value });
        Add<double>(new("--mask-rate") { Description = Invariant($"Share of the tokens that is hidden; {Default.MaskRate} by default, up to 0.4 is usual.") }, (options, value) => options with { MaskRate = value });
        Add(Replace, (options, value) => options with { Replace = value });
        Add(NoReplace, (options, value) => options with { Replace = !value });
        AddNamed("--first-token", "What a text begins with: text, like any other (the default); hide, a word that is always hidden; or label, which is taken off for [CLS] to guess.", FirstTokens, (options, value) => options with { FirstToken = value });
        Add<long?>(new("--max-steps") { Description = "End after so many steps." }, (options, value) => options with { MaxSteps = value });
        Add<double?>(new("--epochs") { Description = "End after so many passes over the texts; 1 where nothing else ends the run." }, (options, value) => options with { Epochs = value });
        Add<double?>(new("--max-hours") { Description = "End after so many hours of training, those before an interruption included; the schedule follows." }, (options, value) => options with { MaxHours = value });
        Add<double?>(new("--dropout") { Description = "Dropout meanwhile; by default 0 for a new model, the config's for one that goes on. The saved config keeps its own." }, (options, value) => options with { Dropout = value });
        Add<long>(new("--seed") { Description = Invariant($"Chance of weights, order, masks and dropout; {Default.Seed} by default.") }, (options, value) => options with { Seed = value });
        Add<int>(new("--held-out-texts") { Description = Invariant($"Texts held out to judge by, at most one in twenty; {Default.HeldOutTexts} by default.") }, (options, value) => options with { HeldOutTexts = value });
        Add<long>(new("--eval-steps") { Description = Invariant($"Steps between looks at the held-out texts; {Default.EvalSteps} by default.") }, (options, value) => options with { EvalSteps = value });
        Add<long?>(new("--save-steps") { Description = "Steps between saves, beside --save-minutes." }, (options, value) => options with { SaveSteps = value });
        Add<double>(new("--save-minutes") { Description = Invariant($"Minutes between saves; {Default.SaveMinutes} by default.") }, (options, value) => options with { SaveMinutes = value });
        Add<long>(new("--logging-steps") { Description = Invariant($"Steps between rows of the log; {Default.LoggingSteps} by default.") }, (options, value) => options with { LoggingSteps = value });
        Add<bool?>(new("--bf16") { Description = "Multiply matrices in bfloat16 (true or false); by default where the device is fast at it." }, (options, value) => options with { Bf16 = value });
        AddNamed("--save-dtype", "Precision of the resulting folder: fp16, bf16 or fp32; fp16 by default.", Dtypes, (options, value) => options with { SaveDtype = value });
        Add<string[]>(new("--report-to") { Description = "Where numbers go: csv (the default), tensorboard, none.", AllowMultipleArgumentsPerToken = true }, (options, value) => options with { ReportTo = [.. value.SelectMany(one => one.Split(','))] });

        var verb = new Command("pretrain", "Pre-train an encoder on texts, by guessing hidden words.") { Corpus, OutputDir, Resume };
        Settings.ForEach(setting => verb.Add(setting.Option));
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var resumed = parsed.GetValue(Resume);
        var options = Given(parsed, resumed is null ? new() : PretrainFolder.OptionsOf(resumed));
        options.ThrowIfInvalid();
        var folder = resumed ?? parsed.GetValue(OutputDir) ?? TrainVerb.NewFolder("pretrain");
        if (parsed.GetValue(OutputDir) is { } output && Path.GetFullPath(output) != Path.GetFullPath(folder))
        {
            throw new WrongCallException($"--output-dir is {output}, but --resume {folder} goes on in the folder of that run; leave --output-dir out.");
        }

        TorchRuntime.LoadInBackground();
        FreedMemory.Keep();
        var recipe = options.FromRecipe is { } named ? RecipeReader.Load(named, Array.Empty<string>(), Installation.Root) : null;
        if (resumed is null && (options.Model ?? recipe?.Model.NameOrPath) is { } model)
        {
            PretrainFolder.At(folder).Dispose();   // refused before a long download, not behind it
            HubModel.Fetch(model, HubSelection.Model, terminal);
        }

        using var interruption = new Interruption();
        using var progress = new PretrainProgress(terminal, TimeProvider.System);
        PretrainResult? result = null;
        try
        {
            RowFile.Naming(
                folder, () => result = PretrainRun.Run(options, recipe, folder, progress, TimeProvider.System, interruption.Token, resumed is not null), "What was saved before was kept.");
        }
        catch (RunFinishedException finished)
        {
            var made = Path.Combine(folder, "model");
            terminal.Note($"{finished.Message} Its model: {made}");
            if (PretrainFolder.ResultOf(folder) is { } ended)
            {
                ShowResult(new(folder, made, ended), peakMemoryMib: null);
            }

            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (File.Exists(Path.Combine(folder, PretrainFolder.OptionsName)))
        {
            progress.Finish();
            terminal.Note($"To go on: inkstone pretrain --resume {folder}");
            throw;
        }

        progress.Finish();
        ShowResult(result!, PeakMemory.Mebibytes);
        return ExitCode.Done;
    }

    private static void ShowResult(PretrainResult result, double? peakMemoryMib) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            Run = result.Folder,
            result.Model,
            result.Training.Steps,
            result.Training.Tokens,
            result.Training.TokensPerSecond,
            result.Training.Hours,
            result.Training.HeldOut?.Loss,
            result.Training.HeldOut?.Perplexity,
            result.Training.HeldOut?.Accuracy,
            PeakMemoryMib = peakMemoryMib,
        },
        JsonForms.SnakeCase));

    /// <summary>The options of the call, over those that hold otherwise.</summary>
    private static PretrainOptions Given(ParseResult parsed, PretrainOptions otherwise)
    {
        if (parsed.GetResult(Replace) is { Implicit: false } && parsed.GetResult(NoReplace) is { Implicit: false })
        {
            throw new WrongCallException("--replace and --no-replace say the same thing twice, or contradict each other; give one of them.");
        }

        var options = parsed.GetValue(Corpus) is { Length: > 0 } corpus ? otherwise with { Corpus = corpus } : otherwise;
        foreach (var (option, apply) in Settings)
        {
            options = parsed.GetResult(option) is OptionResult { Implicit: false } ? apply(parsed, options) : options;
        }

        return options;
    }

    private static void Add<T>(Option<T> option, Func<PretrainOptions, T, PretrainOptions> apply) =>
        Settings.Add((option, (parsed, options) => apply(options, parsed.GetValue(option)!)));

    private static void AddNamed<T>(string name, string description, (string Name, T Value)[] values, Func<PretrainOptions, T, PretrainOptions> apply)
    {
        var option = new Option<string>(name) { Description = description };
        Settings.Add((option, (parsed, options) => apply(options, ValueOf(parsed.GetValue(option)!))));

        T ValueOf(string given) => values.FirstOrDefault(value => value.Name == given) is { Name: not null } found ? found.Value : throw new WrongCallException(
            $"{name} must be {string.Join(", ", values[..^1].Select(value => value.Name))} or {values[^1].Name}, but is {given}.");
    }
}
