using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Who may use whom, read off the using lines.</summary>
public sealed partial class LayeringTests
{
    [Theory]
    [InlineData("src/Inkstone.Torch", "Inkstone.Text")]
    [InlineData("src/Inkstone.Text", "Inkstone.Torch")]
    [InlineData("src/Inkstone.Text/Corpora", "Inkstone.Text.Cleaning")]
    [InlineData("src/Inkstone.Text/Corpora", "Inkstone.Text.Profiling")]
    [InlineData("src/Inkstone.Text/Corpora", "Inkstone.Text.Splitting")]
    [InlineData("src/Inkstone.Text/Corpora", "Inkstone.Text.Tokenizing")]
    [InlineData("src/Inkstone.Text/Cleaning", "Inkstone.Text.Tokenizing")]
    [InlineData("src/Inkstone.Text/Cleaning", "Inkstone.Text.Profiling")]
    [InlineData("src/Inkstone.Text/Icu", "Inkstone.Text.Corpora")]
    [InlineData("src/Inkstone/Models", "Inkstone.Training")]
    [InlineData("src/Inkstone/Models", "Inkstone.Checkpoints")]
    [InlineData("src/Inkstone/Batching", "Inkstone.Models")]
    [InlineData("src/Inkstone/Batching", "Inkstone.Training")]
    [InlineData("src/Inkstone/Losses", "Inkstone.Training")]
    [InlineData("src/Inkstone/Preparing", "Inkstone.Training")]
    [InlineData("src/Inkstone/Preparing", "Inkstone.Models")]
    [InlineData("src/Inkstone/Tracking", "Inkstone.Training")]
    [InlineData("src/Inkstone/Tracking", "Inkstone.Preparing")]
    [InlineData("src/Inkstone/Predicting", "Inkstone.Training")]
    [InlineData("src/Inkstone/Predicting", "Inkstone.Losses")]
    [InlineData("src/Inkstone/Explaining", "Inkstone.Training")]
    [InlineData("src/Inkstone/Explaining", "Inkstone.Losses")]
    [InlineData("src/Inkstone/Checkpoints", "Inkstone.Training")]
    [InlineData("src/Inkstone/Reporting", "Inkstone.Checkpoints")]
    [InlineData("src/Inkstone/Reporting", "Inkstone.Models")]
    [InlineData("src/Inkstone/Reporting", "Inkstone.Predicting")]
    [InlineData("src/Inkstone/Reporting", "Inkstone.Training")]
    [InlineData("src/Inkstone/Recipes", "Inkstone.Torch")]
    [InlineData("src/Inkstone/Hub", "Inkstone.Checkpoints")]
    [InlineData("src/Inkstone/Hub", "Inkstone.Models")]
    public void Folder_NeverUses(string folder, string forbidden)
    {
        var offenders = Repo.SourcesUnder(folder).Where(file => UsedNamespaces(file).Any(name => name == forbidden || name.StartsWith(forbidden + ".", StringComparison.Ordinal)));

        offenders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("src/Inkstone.Torch")]
    [InlineData("src/Inkstone.Text")]
    [InlineData("src/Inkstone")]
    public void Library_NeverWritesToTheConsole(string folder)
    {
        var offenders = Repo.SourcesUnder(folder).Where(file => ConsoleUse().IsMatch(File.ReadAllText(file)));

        offenders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("src/Inkstone.Torch/Inkstone.Torch.csproj", "")]
    [InlineData("src/Inkstone.Text/Inkstone.Text.csproj", "")]
    [InlineData("src/Inkstone/Inkstone.csproj", "Inkstone.Text,Inkstone.Torch")]
    [InlineData("src/Inkstone.Cli/Inkstone.Cli.csproj", "Inkstone")]
    public void Project_ReferencesOnly(string project, string expected)
    {
        var references = ProjectReference().Matches(File.ReadAllText(Path.Combine(Repo.Root, project)))
            .Select(match => Path.GetFileNameWithoutExtension(match.Groups[1].Value)).Order(StringComparer.Ordinal);

        string.Join(',', references).ShouldBe(expected);
    }

    [Fact]
    public void UsedNamespaces_PlantedUsing_IsSeen()
    {
        UsingLine().Match("using Inkstone.Training;").Groups[1].Value.ShouldBe("Inkstone.Training");
        UsingLine().Match("using static Inkstone.Training.Trainer;").Groups[1].Value.ShouldBe("Inkstone.Training.Trainer");
        ConsoleUse().IsMatch("    Console.WriteLine(1);").ShouldBeTrue();
    }

    private static IEnumerable<string> UsedNamespaces(string file) =>
        File.ReadLines(file).Select(line => UsingLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\s*using (?:static )?(?:\w+ = )?(Inkstone[\w.]*);")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\bConsole\.\w")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex("ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();
}
