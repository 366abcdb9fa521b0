using System.Text;

namespace Inkstone.Cli;

/// <summary>Writes to a terminal that may be closed while the program goes on, to save above all: then what is written is lost, and no error.</summary>
internal sealed class ClosableWriter(TextWriter terminal) : TextWriter(terminal.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>
    /// From now on, a closed terminal costs what would be written to it and nothing else. Standard error counts as one in any case, as nobody
    /// could be told; a file or a pipe that refuses results is an error as ever.
    /// </summary>
    public static void UseForConsole()
    {
        Console.SetError(Synchronized(new ClosableWriter(Console.Error)));
        if (!Console.IsOutputRedirected)
        {
            Console.SetOut(Synchronized(new ClosableWriter(Console.Out)));
        }
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
