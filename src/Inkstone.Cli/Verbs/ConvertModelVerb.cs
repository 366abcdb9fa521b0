using System.CommandLine;
using Inkstone.Checkpoints;
using Inkstone.Hub;

namespace Inkstone.Cli.Verbs;

/// <summary>Makes an encoder of another kind out of a BERT.</summary>
internal static class ConvertModelVerb
{
    private static readonly Argument<string> Bert = new("BERT") { Description = "The model to convert: a Hugging Face folder, a run, or a model of the hub." };
    private static readonly Argument<string> Output = new("OUTPUT") { Description = "Where to write the new folder." };
    private static readonly Option<string> To = new("--to") { Description = "What it becomes: longformer.", Required = true };
    private static readonly Option<int> MaxLength = new("--max-length") { Description = "Tokens of the longest text; positions beyond BERT's repeat what is there.", DefaultValueFactory = _ => 4096 };
    private static readonly Option<int> AttentionWindow = new("--attention-window") { Description = "Tokens that a token looks at, both sides together; even.", DefaultValueFactory = _ => 512 };

    public static Command Create()
    {
        To.AcceptOnlyFromAmong("longformer");
        var verb = new Command("convert", "Make a Longformer of a BERT, for texts beyond 512 tokens: inkstone convert --to longformer BERT OUTPUT") { Bert, Output, To, MaxLength, AttentionWindow };
        verb.SetAction(Run);
        return verb;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var (output, window) = (parsed.GetValue(Output)!, parsed.GetValue(AttentionWindow));
        if (window < 2 || window % 2 != 0)
        {
            throw new WrongCallException(FormattableString.Invariant($"--attention-window must be even and at least 2, as it counts both sides of a token together, but is {window}; 512 is usual."));
        }

        if (parsed.GetValue(MaxLength) is < 8 or > 65536)
        {
            throw new WrongCallException(FormattableString.Invariant($"--max-length must be 8 to 65536, but is {parsed.GetValue(MaxLength)}; 4096 is usual."));
        }

        LongformerConversion.ThrowIfTaken(output);   // before a long download
        var bert = HubModel.Fetch(parsed.GetValue(Bert)!, HubSelection.Model, terminal);
        LongformerConversion.Run(bert, output, parsed.GetValue(MaxLength), window, terminal.Note);
        terminal.Note($"Only BERT's own positions are trained: fine-tune it on long texts before you use it, such as inkstone train RECIPE --model {output} --set tokenizer.max_length={parsed.GetValue(MaxLength)}");
        Console.WriteLine(Path.GetFullPath(output));
        return ExitCode.Done;
    }
}
