using System.Text.RegularExpressions;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>The commands of docs/data.md run, one after another in one folder, and print what it shows below them.</summary>
public sealed partial class DataGuideTests
{
    [Fact]
    public void Commands_OfTheDataGuide_PrintWhatItShows()
    {
        using var scratch = new ScratchFolder();
        var blocks = Block().Matches(File.ReadAllText(Path.Combine(Repo.Root, "docs", "data.md")));
        blocks.Count.ShouldBeGreaterThan(8);
        foreach (Match block in blocks)
        {
            using var shell = CliRun.StartProgram("bash", ["-euc", $"inkstone() {{ dotnet '{CliRun.Dll}' \"$@\"; }}\n{block.Groups["commands"].Value}"], scratch.Path);
            shell.StandardInput.Close();

            var run = CliRun.End(shell).ShouldExit(0);

            foreach (var line in block.Groups["shown"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                (run.Stdout + run.Stderr).ShouldContain(line, Case.Sensitive, block.Groups["commands"].Value);
            }
        }
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```\n(```text\n(?<shown>.*?)```)?", RegexOptions.Singleline)]
    private static partial Regex Block();
}
