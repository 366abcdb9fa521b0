using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Training;

namespace Inkstone.Cli.Verbs;

/// <summary>Fine-tunes a classifier after a recipe.</summary>
internal static class TrainVerb
{
    private static readonly Argument<string?> RecipeName = new("RECIPE") { Description = "sentiment, emotion, news, or a yaml file; not needed with --resume.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string[]> TrainFile = new("--train-file") { Description = "Rows to learn from (data.train_file): a file, a pattern or a folder, of which each file option takes its own split; may be given several times." };
    private static readonly Option<string[]> ValidationFile = new("--validation-file") { Description = "Rows to choose the best checkpoint by (data.validation_file)." };
    private static readonly Option<string[]> TestFile = new("--test-file") { Description = "Rows to judge by at the end (data.test_file)." };
    private static readonly Option<string?> Where = new("--where") { Description = "SQL condition that rows of every file must meet, on the file's own columns (data.where): '\"评分\" >= 4'." };
    private static readonly Option<string?> Model = new("--model", "-m") { Description = "Encoder to start from: a Hugging Face folder, or a model of the hub (model.name_or_path)." };
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "The run's folder; runs/<recipe>-<time> by default." };
    private static readonly Option<string?> Resume = new("--resume") { Description = "A run that was interrupted (goes on at its step) or killed (at its newest checkpoint), to the same result. Of several runs (--seeds, --folds, --compare) their folder: those that are finished stay, the others follow.", HelpName = "RUN" };
    private static readonly Option<long?> Seed = new("--seed") { Description = "Chance of new weights, dropout and order (training.seed)." };
    private static readonly Option<string[]> Seeds = new("--seeds") { Description = "One run for each of these seeds, in the run's folder under seed-N, and their mean ± sd: --seeds 1 2 3", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int?> Folds = new("--folds") { Description = "Cross-validation: parts the training rows into so many folds, and makes a run for each that trains on the others; out-of-fold/ judges every row once." };
    private static readonly Option<string?> Compare = new("--compare") { Description = "long_text: a run each that keeps the head, the tail, or both of long texts, or all of it in chunks, from the same seed, and one table.", HelpName = "WHAT" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read data and model, time a few steps, say what the run would take, and make no run (a model of the hub is downloaded)." };
    private static readonly Option<string[]> Set = SetOption.Create("Overrides any key: --set optimizer.learning_rate=3e-5 model.pooling=mean", "RECIPE");

    public static Command Create()
    {
        var verb = new Command("train", "Fine-tune a classifier after a recipe.") { RecipeName, TrainFile, ValidationFile, TestFile, Where, Model, OutputDir, Resume, Seed, Seeds, Folds, Compare, DryRun, Set };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var (resumed, folds) = (parsed.GetValue(Resume), parsed.GetValue(Folds));
        var seeds = SeedsOf(parsed);
        RefuseContradictions(parsed, seeds, folds, resumed);
        if (parsed.GetValue(Compare) is { } what && (what != "long_text" || folds is not null || seeds.Length > 0 || resumed is not null || parsed.GetValue(DryRun)))
        {
            throw new WrongCallException("--compare takes long_text, and goes with none of --seeds, --folds, --resume and --dry-run.");
        }

        var named = parsed.GetValue(RecipeName) ?? RecipeOf(resumed);
        var recipe = RecipeReader.Load(named, OverridesOf(parsed), Installation.Root, terminal.Note);
        var folder = resumed ?? parsed.GetValue(OutputDir) ?? NewFolder(recipe.Tracking.RunName ?? Path.GetFileNameWithoutExtension(named));
        if (parsed.GetValue(OutputDir) is { } output && Path.GetFullPath(output) != Path.GetFullPath(folder))
        {
            throw new WrongCallException($"--output-dir is {output}, but --resume {folder} goes on in the folder of that run; leave --output-dir out.");
        }

        if (parsed.GetValue(DryRun))
        {
            DryRunReport.Show(recipe, folder, terminal, seeds, folds);
            return ExitCode.Done;
        }

        try
        {
            if (resumed is not null && RunSeries.IsAt(resumed))
            {
                SeveralRuns.Train(recipe, RunSeries.ToResume(folder, recipe, seeds, folds), terminal);
            }
            else if (seeds.Length > 0)
            {
                SeveralRuns.ThrowUnlessComparable(recipe);
                SeveralRuns.Train(recipe, RunSeries.OfSeeds(folder, recipe, seeds), terminal);
            }
            else if (folds is { } count)
            {
                SeveralRuns.Train(recipe, RunSeries.OfFolds(folder, recipe, count), terminal);
            }
            else if (parsed.GetValue(Compare) is not null)
            {
                SeveralRuns.Train(recipe, LongTextComparison.Begin(recipe, folder), terminal);
            }
            else
            {
                Train(recipe, folder, terminal, resume: resumed is not null);
            }
        }
        catch (RunFinishedException finished)
        {
            SayFinished(folder, finished.Message, terminal);
        }

        return ExitCode.Done;
    }

    /// <summary>The last line of a run that has ended is what it was when it ended.</summary>
    private static void SayFinished(string folder, string message, Terminal terminal)
    {
        if (RunSeries.IsAt(folder))
        {
            var summary = Path.Combine(folder, "summary.json");
            terminal.Note($"{message} What its runs came to: {summary}");
            Console.WriteLine(JsonSerializer.Serialize(JsonNode.Parse(File.ReadAllBytes(summary)), JsonForms.SnakeCase));
            return;
        }

        terminal.Note($"{message} Its best checkpoint: {Path.Combine(folder, "best")}");
        if (RunFolder.ResultOf<TrainingResult>(folder) is { } result)
        {
            ShowResult(folder, result with { BestFolder = Path.Combine(folder, "best") }, peakMemoryMib: null);
        }
    }

    private static void ShowResult(string folder, TrainingResult training, double? peakMemoryMib) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            Run = folder,
            Best = training.BestFolder,
            training.Metric,
            training.Value,
            training.Steps,
            training.Seconds,
            training.SamplesPerSecond,
            training.TokensPerSecond,
            PeakMemoryMib = peakMemoryMib,
        },
        JsonForms.SnakeCase));

    private static void RefuseContradictions(ParseResult parsed, int[] seeds, int? folds, string? resumed)
    {
        if (seeds.Length > 0 && parsed.GetValue(Seed) is not null)
        {
            throw new WrongCallException("give --seed for one run or --seeds for several, not both.");
        }

        if (folds < 2)
        {
            throw new WrongCallException(FormattableString.Invariant($"--folds must be at least 2, but is {folds}; 5 is usual."));
        }

        if (folds is not null && seeds.Length > 0)
        {
            throw new WrongCallException("give --seeds or --folds, not both: each fold is one run. For folds under several seeds, call once for each --seed.");
        }

        if (resumed is null)
        {
            return;
        }

        if (parsed.GetValue(DryRun))
        {
            throw new WrongCallException("--dry-run says what a new run would take; leave --resume out, or --dry-run.");
        }

        if ((folds is not null || seeds.Length > 0) && Directory.Exists(resumed) && !RunSeries.IsAt(resumed))
        {
            throw new WrongCallException($"--resume {resumed}: this is not the folder of several runs that --seeds or --folds made. Leave {(folds is null ? "--seeds" : "--folds")} out to go on with one run.");
        }
    }

    /// <summary>The recipe that a run keeps.</summary>
    private static string RecipeOf(string? run)
    {
        if (run is null)
        {
            throw new WrongCallException("RECIPE is missing: sentiment, emotion, news, or a yaml file; or --resume RUN to go on with a run that was interrupted.");
        }

        var path = Path.Combine(run, "recipe.yaml");
        return File.Exists(path) ? path : throw new ResumeException(run, Directory.Exists(run)
            ? "there is no recipe.yaml in it, so it is no run that began. Start one: inkstone train RECIPE"
            : "there is no such folder. Give the folder of a run that was interrupted.");
    }

    /// <summary>Trains with progress on standard error; the last line on standard output is the result as JSON.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="series">The runs that this one is one of; it goes on where it has begun. Null for a run of its own.</param>
    /// <param name="fold">Which part of a cross-validation it is.</param>
    /// <param name="resume">Whether a run of its own goes on.</param>
    internal static FineTuneResult Train(Recipe recipe, string folder, Terminal terminal, RunSeries? series = null, Fold? fold = null, bool resume = false)
    {
        TorchRuntime.LoadInBackground();
        FreedMemory.Keep();
        resume |= series is not null && RunFolder.ProgressOf(folder) == RunProgress.Begun;
        using (resume ? RunFolder.ToResume(folder, recipe) : RunFolder.At(folder))
        {
            // Refused before a long download, not behind it.
        }

        HubModel.Fetch(recipe.Model.NameOrPath, HubSelection.Model, terminal);
        using var interruption = new Interruption();
        using var progress = new TrainingProgress(terminal, TimeProvider.System);
        using var said = interruption.Token.Register(() => progress.Notice("Stopping, as soon as all is saved to go on with; Ctrl-C once more ends at once."));
        FineTuneResult result;
        try
        {
            result = FineTune();
        }
        catch (OperationCanceledException) when (File.Exists(Path.Combine(folder, "recipe.yaml")))
        {
            progress.Finish();
            if (Directory.Exists(Path.Combine(folder, "last")))
            {
                terminal.Note($"The weights so far are in {Path.Combine(folder, "last")}.");
            }

            if (series is null)
            {
                terminal.Note($"To go on: inkstone train --resume {folder}");
            }

            throw;
        }

        FineTuneResult FineTune()
        {
            FineTuneResult? done = null;
            RowFile.Naming(
                folder, () => done = FineTuneRun.Run(recipe, folder, progress, TimeProvider.System, interruption.Token, resume, fold, series?.OneThatBegan), "Checkpoints that were whole before were kept.");
            return done!;
        }

        progress.Finish();
        if (result.Evaluation is { } evaluation)
        {
            MetricsTable.Show(terminal.Results, evaluation.Metrics, evaluation.Split);
        }

        if (result.Baseline is { } beside)
        {
            MetricsTable.Show(terminal.Results, beside);
        }

        ShowResult(result.Folder, result.Training, PeakMemory.Mebibytes);
        return result;
    }

    /// <summary>The seeds of the call, separated by blanks or commas.</summary>
    private static int[] SeedsOf(ParseResult parsed)
    {
        var seeds = new List<int>();
        foreach (var word in (parsed.GetValue(Seeds) ?? []).SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) || seeds.Contains(seed))
            {
                throw new WrongCallException($"--seeds must be different whole numbers of at least 0, such as 1 2 3, but has '{word}'{(seeds.Contains(seed) ? " twice" : "")}. (RECIPE stands before it.)");
            }

            seeds.Add(seed);
        }

        return [.. seeds];
    }

    private static List<RecipeOverride> OverridesOf(ParseResult parsed)
    {
        var overrides = new List<RecipeOverride>();
        AddPaths(TrainFile, "data.train_file");
        AddPaths(ValidationFile, "data.validation_file");
        AddPaths(TestFile, "data.test_file");
        Add(Where, "data.where", parsed.GetValue(Where));
        Add(Model, "model.name_or_path", parsed.GetValue(Model));
        if (parsed.GetValue(Seed) is { } seed)
        {
            overrides.Add(new("training.seed", seed.ToString(CultureInfo.InvariantCulture), IsText: false, Seed.Name));
        }

        overrides.AddRange((parsed.GetValue(Set) ?? []).Select(RecipeOverride.Parse));
        return overrides;

        void Add(Option option, string key, string? value)
        {
            if (value is not null)
            {
                overrides.Add(RecipeOverride.FromOption(option.Name, key, value));
            }
        }

        // One path is taken as it is, several are the list that a recipe would have.
        void AddPaths(Option<string[]> option, string key)
        {
            if (parsed.GetValue(option) is { Length: > 1 } paths)
            {
                overrides.Add(new(key, JsonSerializer.Serialize(paths, JsonForms.SnakeCase), IsText: false, option.Name));
            }
            else
            {
                Add(option, key, parsed.GetValue(option)?.FirstOrDefault());
            }
        }
    }

    /// <summary>A folder for a new run.</summary>
    internal static string NewFolder(string name) =>
        Path.Combine("runs", string.Create(CultureInfo.InvariantCulture, $"{name}-{TimeProvider.System.GetLocalNow():yyyyMMdd-HHmmss}"));
}
