using Inkstone.Predicting;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>The library example of the README is what this test compiles and runs, line by line.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void LibraryExample_IsTheCodeThatRunsHere()
    {
        var readme = File.ReadAllText(Path.Combine(Repo.Root, "README.md"));

        foreach (var line in Example(Repo.Golden("models", "bert")))
        {
            readme.ShouldContain(line);
        }
    }

    private static IEnumerable<string> Example(string path)
    {
        using var classifier = TextClassifier.Load(path);
        var prediction = classifier.Predict("这个电影太好看了！");
        $"{prediction.Label} {prediction.Confidence:0.00}".ShouldBe("positive 0.47");

        yield return "using var classifier = TextClassifier.Load(";
        yield return "var prediction = classifier.Predict(\"这个电影太好看了！\");";
        yield return "$\"{prediction.Label} {prediction.Confidence:0.00}\"";
    }
}
