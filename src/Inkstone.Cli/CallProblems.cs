using System.CommandLine;
using System.CommandLine.Parsing;
using Inkstone.Recipes;

namespace Inkstone.Cli;

/// <summary>What is wrong with a command line, in sentences.</summary>
internal static class CallProblems
{
    private static readonly string[] Paths = ["--output-dir", "--output", "--input", "--model", "--data", "--predictions", "--vocab", "--resume", "--train-file", "--validation-file", "--test-file", "--removed", "--config"];

    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (UnknownOptions(parsed) is [_, ..] unknown)
        {
            return unknown;
        }

        // With --help nothing counts as an error, and a verb that does not exist would show the help of another.
        if (command.Subcommands.Count > 0 && (parsed.Errors.Count > 0 || parsed.UnmatchedTokens.Count > 0))
        {
            return [WrongVerb(command, parsed.UnmatchedTokens)];
        }

        return [.. parsed.Errors.Select(Describe), .. EmptyPaths(parsed)];
    }

    /// <summary>A script's variable that is not set: <c>--output-dir "$OUT"</c>.</summary>
    private static IEnumerable<string> EmptyPaths(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(given => Paths.Contains(given.Option.Name) && given.Tokens.Any(token => token.Value.Length == 0))
        .Select(given => $"{given.Option.Name} is empty; give it a path, or leave it out.");

    /// <summary>A mistyped option must not pass for a text to classify.</summary>
    private static List<string> UnknownOptions(ParseResult parsed)
    {
        var options = parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).ToArray();
        return
        [
            .. parsed.Tokens
                .TakeWhile(token => token.Type != TokenType.DoubleDash)
                .Where(token => token.Type == TokenType.Argument && LooksLikeAnOption(token.Value))
                .Select(token => options.Any(option => option.Name == token.Value || option.Aliases.Contains(token.Value))
                    ? $"a value is missing before {token.Value}."
                    : $"there is no option {token.Value}{DidYouMean(token.Value, options.Select(option => option.Name))} (A text that begins with a dash goes after a lone --.)"),
        ];
    }

    private static bool LooksLikeAnOption(string token) =>
        token.StartsWith('-') && token.TrimStart('-') is [var first, ..] && char.IsAsciiLetter(first);

    private static string WrongVerb(Command command, IReadOnlyList<string> words)
    {
        var verbs = command.Subcommands.Select(verb => verb.Name).ToArray();
        var list = $"one of {string.Join(", ", verbs)}.";
        return words is [var word, ..] ? $"there is no verb {word}{DidYouMean(word, verbs)} Expected {list}" : $"a verb is missing: {list}";
    }

    private static string DidYouMean(string word, IEnumerable<string> names) => NearestName.Of(word, names) is { } name ? $"; did you mean {name}?" : ".";

    private static string Describe(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens: [var token, ..], Option: var option } when KindOf(option.ValueType) is { } kind =>
            $"{option.Name} must be {kind}, but is '{token.Value}'.",
        _ => error.Message,
    };

    private static string? KindOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var value when value == typeof(int) || value == typeof(long) => "a whole number",
        var value when value == typeof(double) => "a number",
        var value when value == typeof(bool) => "true or false",
        _ => null,
    };
}
