using System.CommandLine;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>What every verb that reads data files lets a user say of them.</summary>
internal sealed class DataFileOptions
{
    private readonly Option<string?> textColumn = new("--text-column") { Description = "Column that holds the text; usual names are found." };
    private readonly Option<string?> textPairColumn = new("--text-pair-column") { Description = "Column that holds the second text of a pair." };
    private readonly Option<string?> labelColumn = new("--label-column") { Description = "Column that holds the label; usual names are found." };

    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { textColumn, textPairColumn, labelColumn })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>What the call says.</summary>
    public ReadOptions Read(ParseResult parsed) => new()
    {
        TextColumn = parsed.GetValue(textColumn),
        TextPairColumn = parsed.GetValue(textPairColumn),
        LabelColumn = parsed.GetValue(labelColumn),
    };
}
