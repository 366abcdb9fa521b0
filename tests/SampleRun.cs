using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;

namespace Inkstone.Tests;

/// <summary>The folder of a run that never was: what reports read, without training anything.</summary>
internal static class SampleRun
{
    /// <summary>Logits that put a class first, by so much.</summary>
    public static double[] Logits(int classes, int predicted, double lead = 2) => [.. Enumerable.Range(0, classes).Select(id => id == predicted ? lead : 0)];

    /// <summary>So many rows of classes in turn, every fourth predicted as the next class.</summary>
    public static IReadOnlyList<JudgedRow> Rows(int count, int classes, Func<int, string>? text = null) =>
    [
        .. Enumerable.Range(0, count).Select(number => Row(
            text?.Invoke(number) ?? string.Create(CultureInfo.InvariantCulture, $"第 {number} 条评论，东西不错"), number % classes, number % 4 == 3 ? (number + 1) % classes : number % classes, classes, 1 + (number % 7 / 3.0))),
    ];

    /// <summary>One row.</summary>
    public static JudgedRow Row(string text, int label, int predicted, int classes, double lead = 2) => new(new Row { Text = text, File = "sample", Line = 1 }, label, Logits(classes, predicted, lead));

    /// <summary>Writes the files that a finished run has, but for checkpoints.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="labels">The class names.</param>
    /// <param name="rows">The judged rows; empty for a run that judged nothing.</param>
    /// <param name="recipe">What it was to do; null for the defaults.</param>
    /// <param name="seen">Whether each row's text was trained on; null where not known.</param>
    public static string Write(string folder, IReadOnlyList<string> labels, IReadOnlyList<JudgedRow> rows, Recipe? recipe = null, IReadOnlyList<bool>? seen = null)
    {
        Directory.CreateDirectory(folder);
        recipe ??= new Recipe { Data = new() { TrainFile = "/data/reviews/train.csv", TestFile = "/data/reviews/test.csv" } };
        if (string.IsNullOrEmpty(recipe.Model.NameOrPath))
        {
            recipe = recipe with { Model = recipe.Model with { NameOrPath = "/models/some-encoder" } };
        }

        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), RecipeWriter.Write(recipe));
        File.WriteAllText(Path.Combine(folder, "environment.json"), new JsonObject
        {
            ["started"] = "2026-01-02T03:04:05+00:00", ["inkstone"] = "0.1.0", ["libtorch"] = "1.13.0", ["device"] = "cpu", ["seed"] = recipe.Training.Seed,
            ["data"] = new JsonArray(new JsonObject { ["path"] = "/data/reviews/train.csv", ["sha256"] = "ab12" }),
        }.ToJsonString());
        List<object> events =
        [
            .. Enumerable.Range(1, 20).Select(step => new { Event = "train", Step = step, Loss = 1.0 / step, GradNorm = 1.5, LearningRate = 2e-5 * step, Seconds = step / 10.0 }),
            new { Event = "evaluation", Step = 10, Epoch = 1.0, Split = "validation", Loss = 0.6, Accuracy = 0.7, F1Macro = 0.68 },
            new { Event = "evaluation", Step = 20, Epoch = 2.0, Split = "validation", Loss = 0.5, Accuracy = 0.75, F1Macro = 0.74 },
            new { Event = "notice", Step = 20, Message = "a notice with <b>marks</b>" },
        ];
        if (rows.Count > 0)
        {
            events.Add(new { Event = "end", Step = 20, Split = "test" });
            Evaluation.Of("test", rows, labels, seen).Write(Path.Combine(folder, "evaluation"));
        }

        File.WriteAllLines(Path.Combine(folder, "events.jsonl"), events.Select(one => JsonSerializer.Serialize(one, Json)));
        return folder;
    }

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
