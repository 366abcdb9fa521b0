using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Inkstone.Tracking;

namespace Inkstone.Tests.Tracking;

/// <summary>What a run tells its trackers, without a run.</summary>
internal static class SomeRun
{
    public static readonly string[] Labels = ["差评", "好评"];

    public static Recipe Recipe(string reportTo = "[csv, tensorboard, wandb]") =>
        TestRecipe.Of("data.train_file=a.csv", "model.name_or_path=m", $"tracking.report_to={reportTo}", "tracking.run_name=试验");

    public static StepRecord Step(long step, double loss) => new(step, 20, step / 10.0, loss, 1.5, 2e-5 / step, 12.5, 1000, step * 2);

    public static EvaluationRecord Evaluation(long step) => new(step, step / 10.0, "validation", Judged().Metrics, 100, 5000, 0.25);

    public static Evaluation Judged(string split = "test") => Inkstone.Evaluating.Evaluation.Of(
        split,
        [
            .. new (int Label, double[] Logits)[] { (0, [2, 0]), (1, [0, 1]), (1, [3, 0]), (1, [0, 4]) }
                .Select((row, index) => new JudgedRow(new Row { File = "a.csv", Line = index + 2, Id = $"{index}", Text = "文", Label = Labels[row.Label] }, row.Label, row.Logits)),
        ],
        Labels,
        null);

    /// <summary>Steps of one process: each is done and logged, every third evaluated.</summary>
    public static void Tell(RunTracking tracking, long from, long to, double loss)
    {
        for (var step = from; step <= to; step++)
        {
            tracking.StepDone(Step(step, loss));
            tracking.StepLogged(Step(step, loss));
            if (step % 3 == 0)
            {
                tracking.Evaluated(Evaluation(step));
            }
        }
    }

    public static RunFolder Folder(TemporaryFolder scratch)
    {
        var run = RunFolder.At(scratch.Combine("run"));
        Directory.CreateDirectory(run.Folder);
        return run;
    }
}
