using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Reporting.Sweeps;
using Spectre.Console;

namespace Inkstone.Cli.Verbs;

/// <summary>Trains a recipe under every combination of some values, or under one of them at a time, and says which differences are more than chance.</summary>
internal static class SweepVerb
{
    private const string FileName = "sweep.json";

    private static readonly Argument<string> RecipeName = new("RECIPE") { Description = "sentiment, emotion, news, or a yaml file." };
    private static readonly Option<string[]> GridOption = new("--grid") { Description = "Keys and the values to try, all combinations: --grid model.pooling=pooler,cls,mean optimizer.learning_rate=2e-5,3e-5", AllowMultipleArgumentsPerToken = true, HelpName = "KEY=A,B" };
    private static readonly Option<string[]> Ablate = new("--ablate") { Description = "Instead of --grid: keys and values to try one at a time, beside the recipe as it is: --ablate model.pooling=cls data.cleaning.urls=keep", AllowMultipleArgumentsPerToken = true, HelpName = "KEY=A,B" };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "Runs of each setting, under training.seed and the seeds after it; without several, nothing tells chance from a difference of seeds.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string[]> TrainFile = new("--train-file") { Description = "Rows to learn from (data.train_file)." };
    private static readonly Option<string[]> ValidationFile = new("--validation-file") { Description = "Rows to choose checkpoints and settings by (data.validation_file)." };
    private static readonly Option<string[]> TestFile = new("--test-file") { Description = "Rows to judge by at the end (data.test_file)." };
    private static readonly Option<string?> Model = new("--model", "-m") { Description = "Encoder to start from (model.name_or_path)." };
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "The sweep's folder, a run in each KEY=VALUE/seed-N; runs that it has already are not made again." };
    private static readonly Option<string[]> Set = SetOption.Create("Overrides any key for all runs.", "RECIPE");

    private static readonly JsonSerializerOptions Indented = new(JsonForms.SnakeCase) { WriteIndented = true };

    public static Command Create()
    {
        var verb = new Command("sweep", "Train a recipe under combinations of some values, and say which differences are more than chance.")
        {
            RecipeName, GridOption, Ablate, Seeds, TrainFile, ValidationFile, TestFile, Model, OutputDir, Set,
        };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var named = parsed.GetValue(RecipeName)!;
        var cells = (parsed.GetValue(GridOption) ?? [], parsed.GetValue(Ablate) ?? []) switch
        {
            ([_, ..] grid, []) => Grid.CellsOf(grid),
            ([], [_, ..] ablations) => Grid.AblationsOf(ablations),
            _ => throw new WrongCallException("give --grid or --ablate, with the keys and values to try: --grid model.pooling=pooler,cls,mean"),
        };
        if (parsed.GetValue(Seeds) < 1)
        {
            throw new WrongCallException("--seeds is how many runs each setting gets; it must be at least 1 (3 is usual).");
        }

        var said = new HashSet<string>();
        (GridCell Cell, Recipe Recipe)[] recipes = [.. cells.Select(cell => (cell, RecipeOf(named, parsed, cell, SayOnce)))];   // a wrong value of the last cell is said before the first run
        RefuseTheSameTwice(recipes);
        foreach (var (_, recipe) in recipes)
        {
            SeveralRuns.ThrowUnlessComparable(recipe, "settings");
        }

        (string Name, Recipe Recipe)[] runs = [.. recipes.SelectMany(of => RunsOf(of.Cell, of.Recipe, parsed.GetValue(Seeds)))];
        var folder = parsed.GetValue(OutputDir) ?? TrainVerb.NewFolder($"{Path.GetFileNameWithoutExtension(named)}-sweep");
        Begin(folder, named, parsed);
        try
        {
            using var interruption = new Interruption();
            foreach (var (index, (name, recipe)) in runs.Index())
            {
                interruption.Token.ThrowIfCancellationRequested();
                terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{name} ({index + 1} of {runs.Length}):"));
                TrainUnlessDone(recipe, Path.Combine(folder, name), terminal);
            }
        }
        catch (OperationCanceledException)
        {
            terminal.Note($"To go on with the sweep, type it again with --output-dir {folder}");
            throw;
        }

        var result = SweepReport.Write(folder, [.. runs.Select(run => Path.Combine(folder, run.Name))], [.. cells.SelectMany(cell => cell.Overrides).Select(of => of.Key).Distinct()], TimeProvider.System);
        Show(terminal.Results, result);
        Console.WriteLine(JsonSerializer.Serialize(new { Sweep = folder, result.Settings }, JsonForms.SnakeCase));
        return ExitCode.Done;

        void SayOnce(string sentence)
        {
            if (said.Add(sentence))
            {
                terminal.Note(sentence);
            }
        }
    }

    private static Recipe RecipeOf(string named, ParseResult parsed, GridCell cell, Action<string> notice) => RecipeReader.Load(
        named,
        [
            .. PathOverrides.Of(parsed, TrainFile, "data.train_file"),
            .. PathOverrides.Of(parsed, ValidationFile, "data.validation_file"),
            .. PathOverrides.Of(parsed, TestFile, "data.test_file"),
            .. parsed.GetValue(Model) is { } model ? [RecipeOverride.FromOption(Model.Name, "model.name_or_path", model)] : Array.Empty<RecipeOverride>(),
            .. (parsed.GetValue(Set) ?? []).Select(RecipeOverride.Parse),
            .. cell.Overrides,
        ],
        Installation.Root,
        notice);

    private static IEnumerable<(string Name, Recipe Recipe)> RunsOf(GridCell cell, Recipe recipe, int seeds) => Enumerable.Range(recipe.Training.Seed, seeds).Select(seed =>
        (Path.Combine(cell.Name, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}")), recipe with { Training = recipe.Training with { Seed = seed } }));

    /// <summary>2e-5 and 0.00002 are one value: two runs of it would differ in nothing, and their difference would be taken for one.</summary>
    private static void RefuseTheSameTwice((GridCell Cell, Recipe Recipe)[] recipes)
    {
        if (recipes.GroupBy(of => RecipeWriter.Write(of.Recipe)).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new WrongCallException($"{string.Join(" and ", same.Select(of => of.Cell.Name))} are the same settings, written in two ways; name them once.");
        }
    }

    /// <summary>A folder that is a sweep's already is gone on with; values that were not asked for then are added.</summary>
    private static void Begin(string folder, string recipe, ParseResult parsed)
    {
        if (!File.Exists(Path.Combine(folder, FileName)))
        {
            RunFolder.ThrowIfTaken(folder);
        }

        RowFile.WriteFile(Path.Combine(folder, FileName), stream =>
            JsonSerializer.Serialize(stream, new { Recipe = recipe, Grid = parsed.GetValue(GridOption), Ablate = parsed.GetValue(Ablate), Seeds = parsed.GetValue(Seeds), Set = parsed.GetValue(Set) }, Indented));
    }

    private static void TrainUnlessDone(Recipe recipe, string folder, Terminal terminal)
    {
        try
        {
            TrainVerb.Train(recipe, folder, terminal, resume: File.Exists(Path.Combine(folder, "recipe.yaml")));
        }
        catch (RunFinishedException)
        {
            terminal.Note("is finished already.");
        }
    }

    private static void Show(IAnsiConsole console, SweepResult result)
    {
        var keys = result.Settings[0].Settings.Keys.ToArray();
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns([.. keys.Select(Markup.Escape), "runs"]);
        foreach (var name in new[] { "f1_macro", "accuracy" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumn("behind the first by");
        foreach (var setting in result.Settings)
        {
            table.AddRow([
                .. keys.Select(key => Markup.Escape(setting.Settings[key])), setting.Runs.Count.ToString(CultureInfo.InvariantCulture),
                Score(setting.MacroF1, setting.MacroF1Sd), Score(setting.Accuracy, setting.AccuracySd), Markup.Escape(setting.Behind ?? "")]);
        }

        console.Write(table);
        foreach (var (key, sentences) in result.Sentences)
        {
            foreach (var sentence in sentences)
            {
                console.WriteLine($"{key}: {sentence}");
            }
        }

        static string Score(double? mean, double? sd) => mean is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{mean:0.0000}") + (sd is null ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {sd:0.0000}"));
    }
}
