using System.CommandLine;
using Inkstone.Reporting;

namespace Inkstone.Cli.Verbs;

/// <summary>Tells what runs found, to their owner and to whoever gets the model.</summary>
internal static class ReportVerb
{
    private static readonly Argument<string[]> Runs = new("RUN")
    {
        Description = "Folders that inkstone train wrote, or folders of such folders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Findings = new("--findings") { Description = "Where to write what the runs teach together; findings.md in the folder that is named, or that holds all of them, by default.", HelpName = "FILE" };

    private static readonly Option<int?> Explain = new("--explain") { Description = "Explain so many mistakes of each run, those that it was surest of, and highlight their texts in the page.", HelpName = "N" };

    public static Command Create()
    {
        var verb = new Command("report", "Write each run's report.html and model card, and what the runs teach together.") { Runs, Explain, Findings };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        using var interruption = new Interruption();
        var named = parsed.GetValue(Runs)!;
        if (parsed.GetValue(Explain) < 1)
        {
            throw new WrongCallException("--explain is how many mistakes to explain; it must be at least 1.");
        }

        if (parsed.GetValue(Findings) is { } place)
        {
            RowFile.ThrowUnlessWritable(place, ".md");
            if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(place))))
            {
                throw new WrongCallException($"--findings {place}: there is no folder {Path.GetDirectoryName(Path.GetFullPath(place))}; name a file in a folder that exists.");
            }
        }

        var runs = new List<RunRecord>();
        foreach (var folder in RunRecord.Find(named))
        {
            interruption.Token.ThrowIfCancellationRequested();
            if (parsed.GetValue(Explain) is { } mistakes)
            {
                MistakeExplanations.Write(RunRecord.Read(folder), mistakes, terminal, interruption.Token);
            }

            RowFile.Naming(folder, () => runs.Add(RunReport.Write(folder, TimeProvider.System, terminal.Note, interruption.Token)), "What was there before was kept.");
            Console.WriteLine(Path.Combine(folder, RunReport.PageName));
        }

        var findings = parsed.GetValue(Findings) ?? Path.Combine(Above(named), RunReport.FindingsName);
        RowFile.Naming(findings, () => RunReport.WriteFindings(findings, runs));
        Console.WriteLine(findings);
        return ExitCode.Done;
    }

    /// <summary>The one folder that is named, or the deepest that holds all that are.</summary>
    private static string Above(string[] folders)
    {
        if (folders is [var only])
        {
            return only;
        }

        string[][] paths = [.. folders.Select(folder => Path.GetFullPath(folder).TrimEnd('/').Split('/'))];
        var common = paths[0].TakeWhile((part, depth) => paths.All(path => depth < path.Length - 1 && path[depth] == part));
        return string.Join('/', common) is { Length: > 0 } above ? above : "/";
    }
}
