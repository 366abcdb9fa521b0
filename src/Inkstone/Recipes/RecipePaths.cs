namespace Inkstone.Recipes;

/// <summary>Makes the paths of a recipe independent of where the program stands.</summary>
internal static class RecipePaths
{
    /// <summary>The value of <paramref name="key"/> with an absolute path, where it is one.</summary>
    public static object? Resolve(string key, object? value, string baseFolder) => (key, value) switch
    {
        (_, FilePaths paths) => new FilePaths(paths.Select(path => path.Length > 0 ? Path.GetFullPath(path, baseFolder) : path)),
        ("model.name_or_path", string { Length: > 0 } name) when IsFolder(name, baseFolder) => Path.GetFullPath(name, baseFolder),
        _ => value,
    };

    // org/name may be a folder or a model on the hub; what begins like a path, or is there, is a folder.
    private static bool IsFolder(string name, string baseFolder) =>
        name[0] is '.' or '/' || Directory.Exists(Path.Combine(baseFolder, name));
}
