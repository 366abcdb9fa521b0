using System.CommandLine;

namespace Inkstone.Cli;

/// <summary>The <c>--set KEY=VALUE …</c> of a verb.</summary>
internal static class SetOption
{
    /// <param name="description">What it overrides.</param>
    /// <param name="argument">What the verb takes without an option's name, which a list of values would swallow.</param>
    public static Option<string[]> Create(string description, string argument)
    {
        var option = new Option<string[]>("--set") { Description = description, AllowMultipleArgumentsPerToken = true, HelpName = "KEY=VALUE" };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !token.Value.Contains('=', StringComparison.Ordinal)))
            {
                result.AddError($"--set takes KEY=VALUE, but '{token.Value}' is no such pair. {argument} goes before --set, or after a lone --.");
            }
        });
        return option;
    }
}
