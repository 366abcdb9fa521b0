namespace Inkstone.Torch.Serialization;

/// <summary>Keeps other writers of the same folder away while names are made, swapped or cleaned up: for moments only.</summary>
internal readonly struct FolderLock : IDisposable
{
    private readonly int descriptor;

    private FolderLock(int descriptor) => this.descriptor = descriptor;

    /// <summary>Waits for the lock of a folder, which is made where it is missing.</summary>
    public static FolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var descriptor = Posix.Open(folder);
        Posix.Lock(descriptor, folder, wait: true);
        return new FolderLock(descriptor);
    }

    public void Dispose() => Posix.Close(descriptor);
}
