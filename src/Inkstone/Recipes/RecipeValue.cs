using System.Globalization;
using System.Text.RegularExpressions;

namespace Inkstone.Recipes;

/// <summary>What a key reads out of the YAML below it. Scalars mean what the key needs: <c>no</c> is a text here, <c>2e-5</c> a number.</summary>
internal static partial class RecipeValue
{
    /// <summary>Reads <paramref name="node"/> as a value of <paramref name="key"/>.</summary>
    /// <returns>The value, boxed; null is a value where the key takes it.</returns>
    /// <exception cref="FormatException">It is none; the message is the whole sentence.</exception>
    public static object? Read(RecipeKey key, YamlNode node)
    {
        if (node is YamlScalar scalar && (scalar.IsNull || (key.IsAuto && scalar is { IsPlain: true, Text: "auto" })))
        {
            return key.TakesNull ? null : throw Wrong(key, node);
        }

        return Convert(key.Type, node) ?? throw Wrong(key, node);
    }

    /// <summary>What <paramref name="key"/> takes, as it follows "must be".</summary>
    public static string Describe(RecipeKey key)
    {
        var kinds = Kinds(key.Type);
        return key.IsAuto ? $"{kinds} or auto" : key.TakesNull ? $"{kinds} or null" : kinds;
    }

    /// <summary>The texts that an enum's members have in a recipe.</summary>
    public static IEnumerable<string> Choices(Type type) =>
        type == typeof(ClassWeights) ? ["none", "balanced", "effective"] : Enum.GetNames(type).Select(RecipeText.Name);

    private static string Kinds(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(ClassWeights) => "none, balanced, effective or a list of numbers",
        _ when type == typeof(FilePaths) => "a text or a list of texts",
        _ when type == typeof(ValueList<string>) => "a list of texts",
        _ when type == typeof(ValueMap) => "a map from texts to texts",
        _ when type == typeof(ValueList<Tracker>) => $"one of {string.Join(", ", Choices(typeof(Tracker)))}, or a list of them",
        _ => $"one of {string.Join(", ", Choices(type))}",
    };

    private static object? Convert(Type type, YamlNode node) => (node, type) switch
    {
        (YamlScalar scalar, _) when type == typeof(string) => scalar.Text,
        (YamlScalar { IsPlain: true } scalar, _) when type == typeof(bool) => Truth(scalar.Text),
        (YamlScalar { IsPlain: true } scalar, _) when type == typeof(int) => Whole(scalar.Text),
        (YamlScalar { IsPlain: true } scalar, _) when type == typeof(double) => Number(scalar.Text),
        (YamlScalar scalar, { IsEnum: true }) => Member(type, scalar.Text),
        (YamlScalar scalar, _) when type == typeof(ClassWeights) => scalar.Text switch
        {
            "none" => ClassWeights.None,
            "balanced" => ClassWeights.Balanced,
            "effective" => ClassWeights.Effective,
            _ => null,
        },
        (YamlList list, _) when type == typeof(ClassWeights) => Items<double>(list) is { } weights ? ClassWeights.Given(weights) : null,
        (YamlScalar scalar, _) when type == typeof(FilePaths) => new FilePaths([scalar.Text]),
        (YamlList list, _) when type == typeof(FilePaths) => Items<string>(list) is { } paths ? new FilePaths(paths) : null,
        (YamlList list, _) when type == typeof(ValueList<string>) => Items<string>(list),
        (YamlMap map, _) when type == typeof(ValueMap) => Entries(map),
        (YamlList list, _) when type == typeof(ValueList<Tracker>) => Items<Tracker>(list),
        (YamlScalar scalar, _) when type == typeof(ValueList<Tracker>) => Items<Tracker>(new([scalar], scalar.Line)),
        _ => null,
    };

    private static ValueList<T>? Items<T>(YamlList list)
    {
        var items = list.Items.Select(item => item is YamlScalar { IsNull: true } ? null : Convert(typeof(T), item)).ToArray();
        return items.Any(item => item is null) ? null : new(items.Cast<T>());
    }

    // No key twice, and no value that is missing or no scalar.
    private static ValueMap? Entries(YamlMap map) =>
        map.Entries.All(entry => entry.Value is YamlScalar { IsNull: false }) && map.Entries.DistinctBy(entry => entry.Key.Text).Count() == map.Entries.Count
            ? new(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ((YamlScalar)entry.Value).Text)))
            : null;

    private static bool? Truth(string text) => text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    // 3.0 and 1e3 are whole numbers too: Hugging Face prints num_train_epochs as 3.0.
    private static int? Whole(string text) =>
        NumberForm().IsMatch(text)
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && decimal.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : null;

    private static double? Number(string text) =>
        NumberForm().IsMatch(text) && double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : null;

    private static object? Member(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(name => RecipeText.Name(name) == text) is { } member ? Enum.Parse(type, member) : null;

    private static FormatException Wrong(RecipeKey key, YamlNode node)
    {
        var said = node is YamlScalar { IsNull: true } ? "null" : node.Show();
        return new($"{key.Path} must be {Describe(key)}, but is {said}; {WayOut(key, node)}.");
    }

    private static string WayOut(RecipeKey key, YamlNode node)
    {
        if (node is YamlScalar { IsPlain: false } quoted && Convert(key.Type, quoted with { IsPlain = true }) is not null)
        {
            return $"write {quoted.Text} without quotes";
        }

        if (node is YamlScalar word && (key.Type.IsEnum || key.Type == typeof(ClassWeights)) && NearestName.Of(word.Text, Choices(key.Type)) is { } nearest)
        {
            return $"use {nearest}";
        }

        if (key.Type == typeof(int) && node is YamlScalar { IsPlain: true } number && Number(number.Text) is { } fraction)
        {
            return Math.Abs(fraction) > int.MaxValue ? $"the largest is {int.MaxValue}"
                : key.Name == "num_train_epochs" ? "for part of an epoch set training.max_steps" : "leave the fraction out";
        }

        if (key.Type == typeof(ValueMap))
        {
            return "write it like {0: neg, 1: pos}, each key once";
        }

        if (key.Type == typeof(ValueList<Tracker>))
        {
            var trackers = Choices(typeof(Tracker)).ToArray();
            IEnumerable<YamlNode> words = node is YamlList list ? list.Items : [node];
            var unknown = words.OfType<YamlScalar>().FirstOrDefault(one => !trackers.Contains(one.Text));
            return unknown is not null && NearestName.Of(unknown.Text, trackers) is { } near ? $"use {near}" : $"use {RecipeText.Show(key.Default)}, the default, if in doubt";
        }

        if (key.Type.IsGenericType && node is YamlScalar one)
        {
            return $"write it like [{one.Text}]";
        }

        return key switch
        {
            { Default: "" or FilePaths { Count: 0 } } => "write a file or a name",
            { IsAuto: true, Default: null } => "use auto",
            _ => $"use {RecipeText.Show(key.Default)}, the default, if in doubt",
        };
    }

    [GeneratedRegex(@"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();
}
