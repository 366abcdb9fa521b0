using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Standard output or standard error as Spectre.Console writes to it, its width asked of the system.</summary>
/// <remarks>.NET's own question for the width sends the terminal control codes first, whether colors are wanted or not.</remarks>
internal sealed class TerminalOutput(TextWriter writer, int descriptor, bool isTerminal) : IAnsiConsoleOutput
{
    private const nuint GetWindowSize = 0x5413;   // TIOCGWINSZ of Linux
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => isTerminal;

    /// <inheritdoc/>
    public int Width => SizeOf(descriptor).Columns is > 0 and var columns ? columns : UsualWidth;

    /// <inheritdoc/>
    public int Height => SizeOf(descriptor).Rows is > 0 and var rows ? rows : UsualHeight;

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // The writer has its own.
    }

    private static (int Rows, int Columns) SizeOf(int descriptor) =>
        Control(descriptor, GetWindowSize, out var size) == 0 ? (size.Rows, size.Columns) : (0, 0);

    [DllImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct WindowSize
    {
        public readonly ushort Rows;
        public readonly ushort Columns;
        public readonly ushort Width;
        public readonly ushort Height;
    }
}
