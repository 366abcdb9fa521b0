namespace Inkstone.Hub;

/// <summary>Keeps other threads and processes, Python's too, from downloading the same blob. It ends with its process.</summary>
internal static class BlobLock
{
    private const int WouldBlock = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until nobody else holds the lock.</summary>
    /// <param name="path">The lock's file; it stays behind, as Python's does.</param>
    /// <param name="time">The clock to wait by.</param>
    /// <param name="waits">Told once, where another holds it.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, Action waits, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                // Unshared files are locked with flock, which is what Python's filelock takes.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error.HResult == WouldBlock)
            {
                if (isFirst)
                {
                    waits();
                }

                await Task.Delay(Patience, time, stop).ConfigureAwait(false);
            }
        }
    }
}
