using System.Diagnostics;
using System.Globalization;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Predicting;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Training;

namespace Inkstone.Benchmarks;

/// <summary>
/// Training steps, or batches of prediction, in this process, without files and start-up. Processor time stands beside the
/// clock: it tells two versions apart on a machine that has other work too.
/// </summary>
internal static class StepSpeed
{
    /// <summary>Token counts of ChnSentiCorp's reviews at every sixteenth of the rows, cut at 256.</summary>
    private static readonly int[] Lengths = [7, 36, 41, 45, 50, 55, 62, 69, 79, 92, 103, 125, 158, 175, 188, 221, 256];

    /// <summary>Ids that every encoder has; which they are does not matter.</summary>
    private const int Words = 700;

    public static void Measure(string folder, string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var rows = int.Parse(values.GetValueOrDefault("rows", "64"), CultureInfo.InvariantCulture);
        var passes = int.Parse(values.GetValueOrDefault("passes", "3"), CultureInfo.InvariantCulture);
        string[] keys = [$"model.name_or_path={folder}", "data.train_file=none.csv", $"training.bf16={values.GetValueOrDefault("bf16", "auto")}"];
        var recipe = RecipeReader.Read("", "bench", Directory.GetCurrentDirectory(), [.. keys.Select(RecipeOverride.Parse)]);
        FreedMemory.Keep();
        using var classifier = Classifier.ForTraining(PretrainedFolder.Open(folder), recipe, ["0", "1"], Console.Error.WriteLine);
        var documents = Enumerable.Range(0, rows).Select(row => DocumentOf(rows, row)).ToArray();
        Func<double> pass = values.ContainsKey("predict") ? Predict(classifier, documents) : Train(classifier, recipe, documents);
        for (var number = 0; number <= passes; number++)
        {
            var (clock, before) = (Stopwatch.StartNew(), Process.GetCurrentProcess());
            var (user, system) = (before.UserProcessorTime, before.PrivilegedProcessorTime);
            var check = pass();
            var after = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(number == 0 ? "warm-up" : $"pass {number} ")} {rows / clock.Elapsed.TotalSeconds:0.00} rows/s, {clock.Elapsed.TotalSeconds:0.00} s, user {(after.UserProcessorTime - user).TotalSeconds:0.00} s, system {(after.PrivilegedProcessorTime - system).TotalSeconds:0.00} s, peak {after.PeakWorkingSet64 >> 20} MiB, check {check:R}"));
        }
    }

    private static Func<double> Train(Classifier classifier, Recipe recipe, EncodedDocument[] documents)
    {
        var loss = new DocumentLoss(recipe.Loss, [1, 1], Device.Cpu);
        var optimizer = new AdamW(ParameterGroups.Create(classifier.Model, recipe.Optimizer));
        var step = new TrainingStep(classifier.Model, loss, optimizer, recipe.Optimizer.MaxGradNorm, Device.Cpu);
        var batches = documents.Select((document, row) => (document, row % 2)).Chunk(16).Select(LabelledBatch.Of).ToArray();
        classifier.Model.Context.Dropout.Enabled = true;
        return () => batches.Sum(batch => step.Run([batch]).Loss);
    }

    private static Func<double> Predict(Classifier classifier, EncodedDocument[] documents)
    {
        classifier.UseForInference(classifier.Model.Context.GemmDType == DType.BFloat16);
        return () => LogitsReader.Read(classifier.Model, documents, 1, LogitsReader.DefaultBatchTokens, null, default).Sum(scores => scores.Document[0]);
    }

    private static EncodedDocument DocumentOf(int rows, int row)
    {
        var place = (row + 0.5) / rows * (Lengths.Length - 1);
        var (below, share) = ((int)place, place % 1);
        var length = (int)Math.Round((Lengths[below] * (1 - share)) + (Lengths[below + 1] * share));
        int[] ids = [.. Enumerable.Range(0, length).Select(token => 5 + (((token * 37) + (row * 101)) % Words))];
        return new([new(ids, null, 0, 0, null)], length, Truncated: false);
    }
}
