using System.CommandLine;
using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Predicting;
using Inkstone.Recipes;

namespace Inkstone.Cli.Verbs;

/// <summary>The main job, end to end, on the shipped sample and encoder.</summary>
internal static class DemoVerb
{
    private static readonly string[] Sentences = ["这个电影太好看了！", "房间很小，服务态度也一般，不会再来了。", "一开始觉得贵，用了一个月之后觉得值。"];
    private static readonly Option<string?> OutputDir = new("--output-dir", "-o") { Description = "The run's folder; runs/demo-<time> by default." };

    public static Command Create()
    {
        var verb = new Command("demo", "Train, evaluate, predict and explain on the shipped sample: less than a minute.") { OutputDir };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var recipe = RecipeReader.Load("sentiment", Array.Empty<string>(), Installation.Root);
        var folder = parsed.GetValue(OutputDir) ?? TrainVerb.NewFolder("demo");
        terminal.Note($"Fine-tuning {recipe.Model.NameOrPath} on {recipe.Data.TrainFile}: reviews, negative or positive.");
        var result = TrainVerb.Train(recipe, folder, terminal);

        Console.WriteLine();
        using (var classifier = TextClassifier.Load(result.Folder))
        {
            PredictVerb.Show(classifier.Predict(Sentences), new(TopK: 2), Console.Out);
        }

        using (var classifier = Classifier.Load(result.Folder))
        {
            Console.WriteLine();
            ExplanationView.Show(terminal.Results, new Explainer(classifier, new() { Baseline = ExplanationBaseline.Mask }).Explain(Sentences[1], null, [ExplanationMethod.IntegratedGradients]), UnitKind.Word);
        }

        Console.WriteLine($"The run lies in {result.Folder}: best/ is a Hugging Face folder, evaluation/ has the errors. Next:");
        Console.WriteLine($"  ./inkstone predict --model {result.Folder}              type sentences of your own");
        Console.WriteLine($"  ./inkstone explain --model {result.Folder} --output why.html TEXT   which words decided, as a page");
        Console.WriteLine("  ./inkstone train emotion                                   six emotions of Weibo posts");
        Console.WriteLine("  ./inkstone train sentiment --train-file YOURS.csv          your own reviews (columns text, label)");
        return ExitCode.Done;
    }
}
