using System.CommandLine;
using Inkstone.Recipes;

namespace Inkstone.Cli;

/// <summary>The option <c>--label-map</c> of every verb that reads labels.</summary>
internal static class LabelMapOption
{
    public static Option<string?> Create(string description = "Names for labels: 0=neg,1=pos.") => new("--label-map") { Description = description };

    /// <summary>What the call says; null where it says nothing.</summary>
    /// <exception cref="WrongCallException">It is no list of pairs.</exception>
    public static ValueMap? Read(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        var map = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in text.Split(','))
        {
            string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } label, { Length: > 0 } name] || !map.TryAdd(label, name))
            {
                throw new WrongCallException($"--label-map must be pairs such as 0=neg,1=pos, each label once, but '{entry}' is not; correct it.");
            }
        }

        return new(map);
    }
}
