namespace Inkstone.Hub;

/// <summary>Names that a server tells us, before they become names on this disk.</summary>
internal static class SafePath
{
    /// <summary>True for a relative path of plain names: it cannot leave the folder that it is joined to.</summary>
    public static bool IsInside(string path) =>
        path.Length > 0 && !path.Contains('\\') && !path.Any(char.IsControl)
        && path.Split('/').All(part => part is not ("" or "." or "..") && part.Length < 255);

    /// <summary>True for one plain name, without a folder.</summary>
    public static bool IsPlainName(string name) => IsInside(name) && !name.Contains('/', StringComparison.Ordinal);
}
