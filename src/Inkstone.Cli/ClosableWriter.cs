using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Inkstone.Cli;

/// <summary>Writes to a terminal that may be closed while the program goes on, to save above all: then what is written is lost, and no error.</summary>
internal sealed class ClosableWriter(TextWriter terminal) : TextWriter(terminal.FormatProvider)
{
    /// <summary>Descriptor of standard output.</summary>
    public const int StandardOutput = 1;

    /// <summary>Descriptor of standard error.</summary>
    public const int StandardError = 2;

    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>
    /// From now on, a closed terminal costs what would be written to it and nothing else. Standard error counts as one in any case, as nobody
    /// could be told; a file or a pipe that refuses results is an error as ever.
    /// </summary>
    /// <remarks>.NET's own writer sends a terminal control codes before the first word, whether colors are wanted or not; these do not.</remarks>
    public static void UseForConsole()
    {
        Console.SetError(new ClosableWriter(To(Console.IsErrorRedirected ? Console.OpenStandardError() : TerminalAt(StandardError))));
        if (!Console.IsOutputRedirected)
        {
            Console.SetOut(new ClosableWriter(To(TerminalAt(StandardOutput))));
        }

        static StreamWriter To(Stream stream) => new(stream, Console.OutputEncoding) { AutoFlush = true };

        // Not for a file: a file stream writes at a position of its own, over what others write to the same file.
        static FileStream TerminalAt(int descriptor) => new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
    }

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => terminal.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => terminal.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => terminal.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => terminal.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(terminal.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // The terminal is gone.
        }
    }
}
