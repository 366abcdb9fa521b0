using System.Globalization;
using Inkstone.Evaluating;
using Inkstone.Tests.Support;
using Inkstone.Tracking;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Tracking;

public sealed class CsvLogTests : IDisposable
{
    private const string Header = "step,epoch,split,loss,grad_norm,learning_rate,accuracy,f1_macro,samples_per_second,tokens_per_second,seconds";

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Write_StepsAndEvaluations_AreRowsOnDiskAtOnce()
    {
        var path = scratch.Combine("log.csv");
        using ITracker log = new CsvLog(path);
        var metrics = ClassificationMetrics.Compute([0, 1, 1, 1], [[2f, 0f], [0f, 1f], [3f, 0f], [0f, 4f]], ["a", "b"]);

        log.StepLogged(new(10, 20, 0.5, 1.0 / 3, 2.5, 2e-5, 12.5, 1000, 3.25));
        log.Evaluated(new(10, 0.5, "validation", metrics, 100, 5000, 0.04));
        log.StepDone(new(11, 20, 0.55, 1, 1, 1, 1, 1, 1));
        log.Notice("not for the log");

        ReadShared(path).ShouldBe(
        [
            Header,
            "10,0.5,train,0.3333333333333333,2.5,2E-05,,,12.5,1000,3.25",
            string.Create(CultureInfo.InvariantCulture, $"10,0.5,validation,{metrics.Loss},,,0.75,{metrics.MacroF1},100,5000,0.04"),
        ]);
    }

    [Fact]
    public void Write_GermanCulture_StillUsesPoints()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = german;
            using (var log = new CsvLog(scratch.Combine("log.csv")))
            {
                log.StepLogged(new(1, 2, 0.5, 0.25, 1.5, 1e-5, 1.5, 2.5, 3.5));
            }

            File.ReadAllLines(scratch.Combine("log.csv"))[1].ShouldBe("1,0.5,train,0.25,1.5,1E-05,,,1.5,2.5,3.5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Run_LogOfARun_HasEveryLoggedStepAndEvaluation()
    {
        var observer = new RecordingObserver();

        TinyRun.Run(scratch.Combine("run"), observer, "training.logging_steps=5");

        var rows = File.ReadAllLines(scratch.Combine("run", "log.csv")).Select(line => line.Split(',')).ToList();
        string.Join(',', rows[0]).ShouldBe(Header);
        rows.ShouldAllBe(row => row.Length == 11);
        rows.Skip(1).Select(row => $"{row[2]} {row[0]}").ShouldBe(["train 5", "train 10", "validation 12", "train 15", "train 20", "train 24", "validation 24"]);
        var fifth = rows[1];
        double.Parse(fifth[3], CultureInfo.InvariantCulture).ShouldBe(observer.Steps.Take(5).Average(step => step.Loss), 1e-9);
        double.Parse(fifth[5], CultureInfo.InvariantCulture).ShouldBe(observer.Steps[4].LearningRate);
        double.Parse(fifth[1], CultureInfo.InvariantCulture).ShouldBe(5 / 12.0, 1e-9);
    }

    private static string[] ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
