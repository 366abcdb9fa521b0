namespace Inkstone.Torch.Serialization;

/// <summary>An empty file that one process holds at a time. A process that ends in whatever way holds it no longer; the file itself means nothing.</summary>
public sealed class LockFile : IDisposable
{
    private readonly int descriptor;
    private readonly string path;
    private bool isReleased;

    private LockFile(int descriptor, string path) => (this.descriptor, this.path) = (descriptor, path);

    /// <summary>Takes the lock of a file, which is made where it is missing, without waiting.</summary>
    /// <returns>Null where another holds it. Yours to dispose, which leaves the file.</returns>
    /// <exception cref="IOException">The folder is missing, or nothing can be written there.</exception>
    public static LockFile? TryTake(string path)
    {
        if (!File.Exists(path))
        {
            // Unlike File.Create, this asks for no lock: two may make the file at once.
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }

        var descriptor = Posix.OpenToWrite(path);
        if (Posix.Lock(descriptor, path, wait: false))
        {
            return new(descriptor, path);
        }

        Posix.Close(descriptor);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isReleased)
        {
            return;
        }

        isReleased = true;

        // A process that another thread starts has a copy of the descriptor until it becomes its program, and closing ours alone would leave the lock to it.
        Posix.Unlock(descriptor, path);
        Posix.Close(descriptor);
    }
}
