namespace Inkstone.Hub;

/// <summary>Whoever wants to know how a download goes.</summary>
public interface IHubObserver
{
    /// <summary>A sentence for the person who waits: another process downloads the same file, the hub asks for patience.</summary>
    void Notice(string message);

    /// <summary>A file's download begins.</summary>
    /// <param name="file">Its name in the repository.</param>
    /// <param name="present">Bytes that an earlier, interrupted download left.</param>
    /// <param name="total">The file's size in bytes; null where the server does not say.</param>
    void FileStarted(string file, long present, long? total);

    /// <summary>More of the file is there.</summary>
    /// <param name="file">Its name in the repository.</param>
    /// <param name="done">Bytes that are on the disk now.</param>
    /// <param name="total">The file's size in bytes; null where the server does not say.</param>
    void FileProgress(string file, long done, long? total);

    /// <summary>A file is complete and checked.</summary>
    void FileDone(string file, long bytes);
}

/// <summary>For callers that want to know nothing.</summary>
internal sealed class SilentObserver : IHubObserver
{
    public void Notice(string message)
    {
    }

    public void FileStarted(string file, long present, long? total)
    {
    }

    public void FileProgress(string file, long done, long? total)
    {
    }

    public void FileDone(string file, long bytes)
    {
    }
}
