using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Inkstone.Hub;
using Inkstone.Recipes;

namespace Inkstone.Cli.Verbs;

/// <summary>Trains the linear baseline of a recipe by itself.</summary>
internal static class BaselineVerb
{
    private static readonly Argument<string> RecipeName = new("RECIPE") { Description = "sentiment, emotion, news, or a yaml file." };
    private static readonly Option<string[]> TrainFile = new("--train-file") { Description = "Rows to learn from (data.train_file): a file, a pattern or a folder; may be given several times." };
    private static readonly Option<string[]> ValidationFile = new("--validation-file") { Description = "Rows to judge by, where there are no test rows (data.validation_file)." };
    private static readonly Option<string[]> TestFile = new("--test-file") { Description = "Rows to judge by (data.test_file)." };
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "Where to write the baseline and its evaluation; runs/<recipe>-baseline-<time> by default." };
    private static readonly Option<string[]> Set = SetOption.Create("Overrides any key: --set loss.class_weights=balanced", "RECIPE");

    public static Command Create()
    {
        var verb = new Command("baseline", "Train and judge a linear classifier over character n-grams: what an encoder has to beat.") { RecipeName, TrainFile, ValidationFile, TestFile, OutputDir, Set };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var named = parsed.GetValue(RecipeName)!;
        List<RecipeOverride> overrides =
        [
            .. PathOverrides.Of(parsed, TrainFile, "data.train_file"),
            .. PathOverrides.Of(parsed, ValidationFile, "data.validation_file"),
            .. PathOverrides.Of(parsed, TestFile, "data.test_file"),
            .. (parsed.GetValue(Set) ?? []).Select(RecipeOverride.Parse),
        ];
        var recipe = RecipeReader.Load(named, overrides, Installation.Root, terminal.Note);
        var folder = parsed.GetValue(OutputDir) ?? TrainVerb.NewFolder($"{Path.GetFileNameWithoutExtension(named)}-baseline");
        RowFile.ThrowUnlessFolder(folder);
        HubModel.Fetch(recipe.Model.NameOrPath, HubSelection.Tokenizer, terminal);   // its vocabulary alone: the weights may be large
        using var interruption = new Interruption();
        var clock = Stopwatch.StartNew();
        BaselineResult? result = null;
        RowFile.Naming(folder, () => result = BaselineRun.Run(recipe, folder, terminal.Note, TimeProvider.System, interruption.Token));
        if (result!.Evaluation is { } evaluation)
        {
            MetricsTable.Show(terminal.Results, evaluation.Metrics, evaluation.Split);
        }

        Console.WriteLine(JsonSerializer.Serialize(
            new { Run = result.Folder, result.TrainRows, result.Features, Seconds = clock.Elapsed.TotalSeconds, PeakMemoryMib = PeakMemory.Mebibytes }, JsonForms.SnakeCase));
        return ExitCode.Done;
    }
}
