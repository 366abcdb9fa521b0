using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Reporting;
using Inkstone.Torch;

namespace Inkstone.Cli;

/// <summary>Explains the mistakes that a run was surest of, for its report to highlight.</summary>
internal static class MistakeExplanations
{
    private static readonly ExplanationMethod[] Methods = [ExplanationMethod.IntegratedGradients, ExplanationMethod.GradXInput];

    /// <summary>Writes <c>evaluation/explanations.json</c> into the run, as <c>inkstone explain --output</c> does; nothing where no row is wrong.</summary>
    /// <param name="run">The run.</param>
    /// <param name="most">How many rows.</param>
    /// <param name="terminal">Where progress goes.</param>
    /// <param name="stop">Ends the work; the file that was there before is kept.</param>
    public static void Write(RunRecord run, int most, Terminal terminal, CancellationToken stop)
    {
        PredictedRow[] mistakes = [.. (run.Rows ?? []).Where(row => row.IsWrong).OrderByDescending(row => row.Confidence).Take(most)];
        if (mistakes.Length == 0)
        {
            terminal.Note($"{run.Folder}: its evaluation has no row that is predicted wrong (or no predictions.csv); there is nothing to explain.");
            return;
        }

        TorchRuntime.LoadInBackground();
        using var classifier = Classifier.Load(run.Folder);
        using var progress = new CountProgress(terminal, "Explaining");
        var explainer = new Explainer(classifier);
        RowFile.WriteFile(Path.Combine(run.Folder, "evaluation", RunRecord.ExplanationsName), stream =>
        {
            using var json = new ExplanationJson(stream, UnitKind.Token);
            foreach (var row in mistakes)
            {
                json.Write(explainer.Explain(row.Text, row.TextPair, Methods, stop: stop));
                progress.Add(1);
            }
        });
    }
}
