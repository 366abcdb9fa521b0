using Inkstone.Cli;
using Inkstone.Evaluating;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace Inkstone.Tests;

public sealed class MetricsTableTests
{
    [Theory]
    [InlineData(6, true)]
    [InlineData(300, false)]
    public void Show_ManyClasses_LeavesTheConfusionToItsFile(int classes, bool showsConfusion)
    {
        var names = Enumerable.Range(0, classes).Select(id => $"类{id}").ToArray();
        var logits = Enumerable.Range(0, classes).Select(row => Enumerable.Range(0, classes).Select(id => id == row ? 1.0 : 0.0).ToArray()).ToArray();
        var metrics = ClassificationMetrics.Compute([.. Enumerable.Range(0, classes)], logits, names);
        var output = new StringWriter();

        MetricsTable.Show(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) }), metrics, "test");

        output.ToString().Contains("true \\ predicted", StringComparison.Ordinal).ShouldBe(showsConfusion);
        output.ToString().ShouldContain("类5");
        output.ToString().Split('\n').Length.ShouldBeLessThan(40);
        output.ToString().Contains("metrics.json has the other 276", StringComparison.Ordinal).ShouldBe(classes == 300);
    }
}
