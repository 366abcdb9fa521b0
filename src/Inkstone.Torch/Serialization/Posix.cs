using System.Runtime.InteropServices;

namespace Inkstone.Torch.Serialization;

/// <summary>The calls on folders that .NET does not offer: flush, lock, exchange.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0, ReadWrite = 2, CloseOnExec = 0x80000;
    private const int LockExclusive = 2, LockNonBlocking = 4, LockNone = 8;
    private const int CurrentFolder = -100;
    private const uint Exchange = 2;
    private const int Interrupted = 4, WouldBlock = 11;

    /// <summary>Opens a file or folder for <see cref="Lock"/> and <see cref="Flush(int, string)"/>.</summary>
    public static int Open(string path) => Checked(open(path, ReadOnly | CloseOnExec), "open", path);

    /// <summary>Opens a file for writing, without the lock that .NET would ask for.</summary>
    public static int OpenToWrite(string path) => Checked(open(path, ReadWrite | CloseOnExec), "open", path);

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>Returns when the disk has the file's content, or the folder's entries.</summary>
    public static void Flush(int descriptor, string path) => Checked(Retried(() => fsync(descriptor)), "flush", path);

    /// <inheritdoc cref="Flush(int, string)"/>
    public static void Flush(string path)
    {
        var descriptor = Open(path);
        try
        {
            Flush(descriptor, path);
        }
        finally
        {
            Close(descriptor);
        }
    }

    /// <summary>Takes the advisory lock, which ends with the descriptor or its process.</summary>
    /// <returns>False where another holds it and <paramref name="wait"/> is false.</returns>
    public static bool Lock(int descriptor, string path, bool wait)
    {
        if (Retried(() => flock(descriptor, wait ? LockExclusive : LockExclusive | LockNonBlocking)) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw Failure("lock", path);
    }

    public static void Unlock(int descriptor, string path) => Checked(Retried(() => flock(descriptor, LockNone)), "unlock", path);

    /// <summary>Moves a file or folder to a name; an existing file there is replaced, a folder must be empty.</summary>
    public static void Rename(string from, string to) => Checked(rename(from, to), "rename", to);

    /// <summary>Lets two names change their content, in one step that no reader can look into.</summary>
    /// <returns>False where the kernel or the file system cannot.</returns>
    public static bool TryExchange(string one, string other) => renameat2(CurrentFolder, one, CurrentFolder, other, Exchange) == 0;

    private static int Retried(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static int Checked(int result, string what, string path) => result >= 0 ? result : throw Failure(what, path);

    private static IOException Failure(string what, string path) =>
        new($"Could not {what} {path}: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);
}
