using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>One run of the built command line as a process of its own, and what came of it.</summary>
internal sealed record CliRun(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>The program that the build made beside this test program.</summary>
    public static string Dll { get; } = FindDll();

    /// <summary>The output's lines, without the empty one behind the last.</summary>
    public string[] Lines => Stdout.TrimEnd('\n').Split('\n');

    /// <summary>The last line of the output, which many verbs make JSON.</summary>
    public JsonObject LastLine => JsonNode.Parse(Lines[^1])!.AsObject();

    /// <summary>The last line of standard error as JSON.</summary>
    public JsonObject LastErrorLine => JsonNode.Parse(Stderr.TrimEnd('\n').Split('\n')[^1])!.AsObject();

    /// <summary>Runs a verb with nothing on standard input.</summary>
    public static CliRun Of(params string[] arguments) => Of(arguments, stdin: "");

    /// <summary>Runs a verb.</summary>
    /// <param name="arguments">Verb and options.</param>
    /// <param name="stdin">Written to its standard input, which is then closed.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="environment">Variables on top of ours; null removes one.</param>
    public static CliRun Of(IEnumerable<string> arguments, string stdin = "", string? folder = null, params (string Name, string? Value)[] environment)
    {
        using var process = Start(arguments, folder, environment);
        process.StandardInput.Write(stdin);
        process.StandardInput.Close();
        return End(process);
    }

    // A test run that was started in the background ignores Ctrl-C, and its children inherit that.
    private static readonly string[] HearsSignals = ["env", "--default-signal=HUP,INT,TERM", "dotnet"];

    /// <summary>Starts a verb; its standard input stays open.</summary>
    public static Process Start(IEnumerable<string> arguments, string? folder = null, params (string Name, string? Value)[] environment) =>
        StartProgram(HearsSignals[0], [.. HearsSignals[1..], Dll, .. arguments], folder, environment);

    /// <summary>Runs a verb on a terminal of its own, of which everything that it writes comes back as <see cref="Stdout"/>.</summary>
    /// <param name="columns">The terminal's width.</param>
    /// <param name="arguments">Verb and options.</param>
    /// <param name="dialog">What to wait for, and what to type then.</param>
    public static CliRun OnTerminal(int columns, IEnumerable<string> arguments, params (string Expected, string Typed)[] dialog) =>
        OnTerminal(columns, arguments, [], dialog);

    /// <inheritdoc cref="OnTerminal(int, IEnumerable{string}, ValueTuple{string, string}[])"/>
    public static CliRun OnTerminal(int columns, IEnumerable<string> arguments, (string Name, string? Value)[] environment, (string Expected, string Typed)[] dialog)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs /usr/bin/script for a terminal (package bsdutils)");
        string[] words = [.. HearsSignals, Dll, .. arguments];
        var command = $"stty cols {FormattableString.Invariant($"{columns}")} -echo; exec {string.Join(' ', words.Select(word => $"'{word}'"))}";
        using var process = StartProgram("/usr/bin/script", ["-qec", command, "/dev/null"], null, [("TERM", "xterm-256color"), .. environment]);
        var seen = new StringBuilder();
        foreach (var (expected, typed) in dialog)
        {
            ReadUntil(process, expected, seen);
            process.StandardInput.Write(typed);
            process.StandardInput.Flush();
        }

        var run = End(process);
        return run with { Stdout = seen + run.Stdout };
    }

    /// <summary>Waits for the end, and gathers what was written.</summary>
    public static CliRun End(Process process)
    {
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(120)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"still running after two minutes: {string.Join(' ', process.StartInfo.ArgumentList)}");
        }

        return new(process.ExitCode, stdout.GetAwaiter().GetResult(), stderr.GetAwaiter().GetResult());
    }

    /// <summary>Holds a run to an exit code; says what it wrote when it had another.</summary>
    public CliRun ShouldExit(int code)
    {
        ExitCode.ShouldBe(code, $"stdout:\n{Stdout}\nstderr:\n{Stderr}");
        return this;
    }

    /// <summary>Holds a run to what every refused call has: exit 2, a message, no stack trace, no result.</summary>
    public CliRun ShouldBeRefused(params string[] parts)
    {
        ShouldExit(2);
        Stdout.ShouldBeEmpty();
        Stderr.ShouldStartWith("error: ");
        Stderr.ShouldNotContain("   at ");
        foreach (var part in parts)
        {
            Stderr.ShouldContain(part);
        }

        return this;
    }

    private static void ReadUntil(Process process, string expected, StringBuilder seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var from = seen.Length;
        var next = new char[1];
        while (!seen.ToString(from, seen.Length - from).Contains(expected, StringComparison.Ordinal))
        {
            var count = process.StandardOutput.ReadAsync(next.AsMemory(), patience.Token).AsTask().GetAwaiter().GetResult();
            count.ShouldBe(1, $"ended without writing '{expected}':\n{seen}");
            seen.Append(next[0]);
        }
    }

    /// <summary>Starts any program as a verb is started.</summary>
    public static Process StartProgram(string program, IEnumerable<string> arguments, string? folder, params (string Name, string? Value)[] environment)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            WorkingDirectory = folder ?? Repo.Root,
        };
        start.Environment["INKSTONE_CACHE"] = Path.Combine(AppContext.BaseDirectory, "cache");   // never the home of whoever runs the tests
        start.Environment["HF_HUB_OFFLINE"] = "1";   // tests ask no server but their own
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string FindDll()
    {
        // artifacts/bin/Inkstone.App.Tests/release_linux-x64/ -> artifacts/bin/Inkstone.Cli/release_linux-x64/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var dll = Path.Combine(here.Parent!.Parent!.FullName, "Inkstone.Cli", here.Name, "Inkstone.Cli.dll");
        return File.Exists(dll) ? dll : throw new InvalidOperationException($"The command line is not built: there is no {dll}.");
    }
}
