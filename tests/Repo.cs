namespace Inkstone.Tests;

/// <summary>Where things stand in this checkout, found from the test's own binary upwards.</summary>
internal static class Repo
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Golden(params string[] parts) => Path.Combine([Root, "tests", "golden", .. parts]);

    public static IEnumerable<string> SourcesUnder(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories);

    private static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Inkstone.slnx")))
            {
                return folder.FullName;
            }
        }

        // Built outside the checkout (ArtifactsPath): INKSTONE_ROOT names it.
        return Environment.GetEnvironmentVariable("INKSTONE_ROOT")
            ?? throw new InvalidOperationException($"No Inkstone.slnx above {start}; set INKSTONE_ROOT to the checkout.");
    }
}
