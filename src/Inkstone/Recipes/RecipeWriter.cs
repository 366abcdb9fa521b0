using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Inkstone.Recipes;

/// <summary>Writes a recipe as YAML: every key with its value, in the order of the records, without comments.</summary>
public static partial class RecipeWriter
{
    private static readonly string[] Reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "auto"];

    /// <summary>The recipe as text that <see cref="RecipeReader"/> reads back to an equal record; the same text for equal recipes.</summary>
    public static string Write(Recipe recipe)
    {
        var yaml = new StringBuilder();
        Append(yaml, RecipeKeys.Root, recipe, "");
        return yaml.ToString();
    }

    private static void Append(StringBuilder yaml, RecipeKey section, object record, string indent)
    {
        foreach (var key in section.Children)
        {
            var value = key.ValueIn(record);
            if (key.IsSection)
            {
                yaml.Append(indent).Append(key.Name).Append(":\n");
                Append(yaml, key, value!, indent + "  ");
            }
            else
            {
                yaml.Append(indent).Append(key.Name).Append(": ").Append(value is null && key.IsAuto ? "auto" : Value(value)).Append('\n');
            }
        }
    }

    private static string Value(object? value) => value switch
    {
        string text => Text(text),
        FilePaths { Count: 1 } paths => Text(paths[0]),
        Enum => Text(RecipeText.Scalar(value)),
        ClassWeights { Values: { } weights } => Value(weights),
        ClassWeights named => Value(named.Weighting),
        ValueMap map => $"{{{string.Join(", ", map.Select(entry => $"{Value(entry.Key)}: {Value(entry.Value)}"))}}}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Value))}]",
        _ => RecipeText.Scalar(value),
    };

    private static string Text(string text) =>
        Plain().IsMatch(text) && !Reserved.Contains(text.ToLowerInvariant()) ? text : $"\"{string.Concat(text.Select(Escaped))}\"";

    private static string Escaped(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\t' => "\\t",
        _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' => $"\\u{((int)c).ToString("x4", CultureInfo.InvariantCulture)}",
        _ => c.ToString(),
    };

    // What every YAML reader takes for a text without quotes: it begins with a letter or a slash and has nothing special inside.
    [GeneratedRegex(@"^[\p{L}/][\p{L}\p{Nd}_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
