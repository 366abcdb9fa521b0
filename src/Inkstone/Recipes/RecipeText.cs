using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Inkstone.Recipes;

/// <summary>How values look in a recipe: the same text for every locale, and one that YAML 1.1 and 1.2 readers agree on.</summary>
internal static class RecipeText
{
    /// <summary>A key's or an enum member's name: <c>PerDeviceTrainBatchSize</c> is <c>per_device_train_batch_size</c>.</summary>
    public static string Name(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    /// <summary>A value as a message shows it; as the recipe would hold it, but texts without quotes.</summary>
    public static string Show(object? value) => value switch
    {
        "" or FilePaths { Count: 0 } or FilePaths { Count: 1 } and [""] => "empty",
        FilePaths { Count: 1 } paths => paths[0],
        string text => text,
        ClassWeights { Values: { } values } => Show(values),
        ClassWeights weights => Show(weights.Weighting),
        ValueMap map => map.ToString(),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Show))}]",
        double number => Shortest(number),
        _ => Scalar(value),
    };

    /// <summary>A null, truth value, number or enum member; numbers read back to the same bits.</summary>
    public static string Scalar(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        double number => Number(number),
        Enum member => Name(member.ToString()),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"No recipe holds a {value.GetType().Name}.", nameof(value)),
    };

    // YAML 1.1 readers take 2e-05 for a text: a float needs the point and the exponent its sign.
    private static string Number(double number)
    {
        var text = Shortest(number);
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        var mantissa = exponent < 0 ? text : text[..exponent];
        return double.IsFinite(number) && !mantissa.Contains('.', StringComparison.Ordinal) ? mantissa + ".0" + text[mantissa.Length..] : text;
    }

    private static string Shortest(double number) => number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
}
