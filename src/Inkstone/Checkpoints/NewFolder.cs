namespace Inkstone.Checkpoints;

/// <summary>Finds out whether a folder can be made and written, and leaves nothing behind.</summary>
internal static class NewFolder
{
    /// <summary>Makes the folder and a file in it, and takes back whatever was not there before: permissions alone do not tell.</summary>
    /// <exception cref="RunFolderTakenException">The system refuses.</exception>
    public static void ThrowUnlessPossible(string folder)
    {
        var full = Path.GetFullPath(folder);
        var missing = new List<string>();
        for (var above = full; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
        {
            missing.Add(above);
        }

        try
        {
            Directory.CreateDirectory(full);
            using var probe = new FileStream(
                Path.Combine(full, $".{Guid.NewGuid():N}.inkstone-tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RunFolderTakenException.Impossible(folder, error.Message);
        }
        finally
        {
            TakeBack(missing);
        }
    }

    /// <summary>Innermost first; what another process has filled meanwhile stays.</summary>
    private static void TakeBack(List<string> folders)
    {
        try
        {
            foreach (var folder in folders.Where(Directory.Exists))
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Somebody needs it.
        }
    }
}
