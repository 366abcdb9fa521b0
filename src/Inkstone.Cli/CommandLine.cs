using System.CommandLine;
using System.CommandLine.Parsing;
using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Hub;
using Inkstone.Pretraining;
using Inkstone.Recipes;
using Inkstone.Reporting;
using Inkstone.Text.Corpora;
using Inkstone.Text.Corpora.Filtering;
using Inkstone.Text.Splitting;
using Inkstone.Torch.Serialization;

namespace Inkstone.Cli;

/// <summary>Runs a parsed command line: every way to fail becomes an exit code and one message without a stack trace.</summary>
internal static class CommandLine
{
    // A text may begin with @; it names no file of arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static int Run(Command root, string[] args)
    {
        var parsed = root.Parse(args, Parsing);
        if (CallProblems.Of(parsed) is [_, ..] problems)
        {
            foreach (var problem in problems)
            {
                Console.Error.WriteLine($"error: {problem}");
            }

            Console.Error.WriteLine($"Try: inkstone{VerbOf(parsed.CommandResult)} --help");
            return ExitCode.Wrong;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception error) when (!System.Diagnostics.Debugger.IsAttached)
        {
            var (code, message) = Explain(error);
            Console.Error.WriteLine(message);
            if (parsed.GetValue(GlobalOptions.Verbose))
            {
                Console.Error.WriteLine(error);
            }

            return code;
        }
    }

    /// <summary>The verb as it was typed, a verb inside a verb included, each with a blank before it.</summary>
    private static string VerbOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{VerbOf(parent)} {result.Command.Name}" : "";

    private static (int Code, string Message) Explain(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var inner] } => Explain(inner),
        TypeInitializationException { InnerException: { } cause } => Explain(cause),
        InvalidDataFileException { IsOfOneRow: true } => (ExitCode.Wrong, $"error: {error.Message} To go on without such records: inkstone data convert FILE --output ROWS.jsonl sets them aside."),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
        RecipeException or InvalidDataFileException or InvalidConditionException or InvalidCheckpointException or InvalidWeightsException or RunFolderTakenException or ResumeException or WrongCallException or InvalidRunException or PretrainOptionsException or ExplainingException or HubException
            or FoldCountException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException => (ExitCode.Wrong, $"error: {error.Message}"),
        DllNotFoundException missing => (ExitCode.Failed, $"error: {missing.Message}"),
        IOException { InnerException: null } full when full.Message.Contains("No space left", StringComparison.Ordinal) =>
            (ExitCode.Failed, $"error: {full.Message.TrimEnd('.')}. Free some space, or choose another place."),
        IOException io => (ExitCode.Failed, $"error: {io.Message}"),
        UnauthorizedAccessException denied => (ExitCode.Failed, $"error: {denied.Message}"),
        _ => (ExitCode.Failed, $"error: {error.Message}\n(--verbose shows where)"),
    };
}
