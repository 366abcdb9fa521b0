using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>What a start costs: libtorch is loaded by the verbs that need it, and by no other.</summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData("tokenize", false)]
    [InlineData("predict", true)]
    public void Verb_AtWork_HasLibtorchInMemoryOnlyIfItNeedsIt(string verb, bool needsIt)
    {
        // A text of many rows keeps it at work until we have looked; the first answers say that it has begun.
        using var process = CliRun.Start([verb, "--model", Golden.Bert, "--input", "-"]);
        process.StandardInput.Write(string.Concat(Enumerable.Repeat("好\n", 4000)));
        process.StandardInput.Flush();
        process.StandardOutput.Read().ShouldNotBe(-1);

        var maps = File.ReadAllText(FormattableString.Invariant($"/proc/{process.Id}/maps"));

        process.StandardInput.Close();
        CliRun.End(process).ShouldExit(0);
        maps.Contains("libtorch").ShouldBe(needsIt);
        maps.Contains("libinkstone_torch").ShouldBe(needsIt);
        maps.ShouldNotContain("libduckdb");
    }

    [Fact]
    public void Predict_NoLibtorchToBeFound_SaysHowToGetIt()
    {
        var run = CliRun.Of(["predict", "--model", Golden.Bert, "好"], environment: ("INKSTONE_NATIVE", "/nonexistent.so"));

        run.ShouldExit(1).Stderr.ShouldContain("INKSTONE_NATIVE names /nonexistent.so, but no such file exists");
        run.Stderr.ShouldNotContain("   at ");
    }
}
