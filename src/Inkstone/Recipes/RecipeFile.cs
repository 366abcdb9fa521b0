using System.Text;

namespace Inkstone.Recipes;

/// <summary>Where a recipe lies.</summary>
/// <param name="Path">The file.</param>
/// <param name="Shown">What messages call it.</param>
/// <param name="BaseFolder">Where its relative paths start.</param>
/// <param name="IsShipped">Whether it came with the installation.</param>
internal sealed record RecipeFile(string Path, string Shown, string BaseFolder, bool IsShipped)
{
    /// <summary>The file that <paramref name="pathOrName"/> means: a bare word is a shipped recipe, everything else a path.</summary>
    /// <exception cref="RecipeException">There is none.</exception>
    public static RecipeFile Find(string pathOrName, string? installation)
    {
        var shipped = installation is null ? null : System.IO.Path.Combine(System.IO.Path.GetFullPath(installation), "recipes");
        var byName = shipped is null ? null : System.IO.Path.Combine(shipped, pathOrName + ".yaml");
        if (IsBareWord(pathOrName) && File.Exists(byName))
        {
            return new(byName, $"recipes/{pathOrName}.yaml", System.IO.Path.GetFullPath(installation!), true);
        }

        var path = pathOrName.Length == 0 ? "" : System.IO.Path.GetFullPath(pathOrName);
        if (File.Exists(path))
        {
            var isShipped = shipped is not null && System.IO.Path.GetDirectoryName(path) == shipped;
            return new(path, pathOrName, isShipped ? System.IO.Path.GetFullPath(installation!) : Directory.GetCurrentDirectory(), isShipped);
        }

        var names = shipped is not null && Directory.Exists(shipped)
            ? Directory.GetFiles(shipped, "*.yaml").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToArray()
            : [];
        var what = Directory.Exists(path) ? $"{pathOrName} is a folder, not a recipe" : $"there is no recipe {(pathOrName.Length == 0 ? "without a name" : pathOrName)}";
        var wayOut = NearestName.Of(pathOrName, names) is { } nearest ? $"did you mean {nearest}?"
            : names.Length > 0 ? $"give a yaml file or one of {string.Join(", ", names)}."
            : "give a yaml file.";
        throw new RecipeException([new(null, "", $"{what}; {wayOut}")]);
    }

    /// <exception cref="RecipeException">The file cannot be read, or is no UTF-8.</exception>
    public string ReadText()
    {
        try
        {
            using var reader = new StreamReader(Path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new RecipeException([new(Shown, "", "the recipe is no UTF-8 text; save it as UTF-8.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException([new(Shown, "", $"the recipe cannot be read: {e.Message}")]);
        }
    }

    private static bool IsBareWord(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_');
}
