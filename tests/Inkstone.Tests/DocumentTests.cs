using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>What README and docs point at is there.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repo.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repo.Root, "docs"), "*.md")).Select(path => Path.GetRelativePath(Repo.Root, path))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void RelativeLinks_AllPointAtSomethingThatExists(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repo.Root, document))!;
        var links = Link().Matches(File.ReadAllText(Path.Combine(Repo.Root, document))).Select(match => match.Groups[1].Value)
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal) && !link.StartsWith('#'));

        links.Where(link => !Path.Exists(Path.Combine(folder, link.Split('#')[0]))).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
