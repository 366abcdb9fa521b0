namespace Inkstone.Checkpoints;

/// <summary>Finds out whether a folder can be made and written, and leaves nothing behind.</summary>
public static class NewFolder
{
    /// <summary>Makes the folder and a file in it, and takes back whatever was not there before: permissions alone do not tell.</summary>
    /// <returns>What hinders it, in a few words; null where nothing does.</returns>
    public static string? WhyImpossible(string folder)
    {
        var full = Path.GetFullPath(folder);
        var missing = new List<string>();
        for (var above = full; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
        {
            missing.Add(above);
        }

        if (missing.FirstOrDefault(File.Exists) is { } file)
        {
            return $"{file} is a file";
        }

        try
        {
            Directory.CreateDirectory(full);
            using var probe = new FileStream(
                Path.Combine(full, $".{Guid.NewGuid():N}.inkstone-tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return "you may not write there";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return "no folder can be made there";
        }
        catch (IOException error)
        {
            return error.Message.TrimEnd('.');
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
