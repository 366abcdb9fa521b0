namespace Inkstone.Cli;

/// <summary>Where recipes, samples and the embedded encoder stand.</summary>
internal static class Installation
{
    /// <summary>The folder above this program that holds <c>recipes/</c>; <c>INKSTONE_ROOT</c> names another.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("INKSTONE_ROOT") is { Length: > 0 } told)
        {
            return told;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "recipes")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
