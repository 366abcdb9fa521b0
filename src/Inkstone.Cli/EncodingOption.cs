using System.CommandLine;
using Inkstone.Text.Corpora.Encodings;

namespace Inkstone.Cli;

/// <summary>The option <c>--encoding</c> of every verb that reads text files.</summary>
internal static class EncodingOption
{
    public static Option<string?> Create() => new("--encoding") { Description = $"Text encoding of the file: {string.Join(", ", EncodingNames.All)}. Default: auto." };

    /// <summary>What the call says; null leaves it to the bytes.</summary>
    /// <exception cref="WrongCallException">There is no encoding of that name.</exception>
    public static string? Read(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } name && !EncodingNames.IsKnown(name)
            ? throw new WrongCallException($"--encoding must be one of {string.Join(", ", EncodingNames.All)}, but is '{name}'; use auto if in doubt.")
            : parsed.GetValue(option);
}
