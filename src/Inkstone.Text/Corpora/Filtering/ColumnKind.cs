using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora.Filtering;

/// <summary>What all values of a column are.</summary>
internal enum ColumnKind
{
    /// <summary>Nothing but nulls.</summary>
    Empty,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>Integers of 64 bits.</summary>
    Whole,

    /// <summary>Numbers, some of them no integers.</summary>
    Number,

    /// <summary>Texts, or values of several kinds; lists and records as JSON.</summary>
    Text,
}

/// <summary>Finds out kinds, value by value.</summary>
internal static class ColumnKinds
{
    /// <summary>The kind of a column that has values of both kinds.</summary>
    public static ColumnKind Join(ColumnKind left, ColumnKind right) => (left, right) switch
    {
        _ when left == right => left,
        (ColumnKind.Empty, _) => right,
        (_, ColumnKind.Empty) => left,
        (ColumnKind.Whole or ColumnKind.Number, ColumnKind.Whole or ColumnKind.Number) => ColumnKind.Number,
        _ => ColumnKind.Text,
    };

    /// <summary>The kind of a value.</summary>
    /// <param name="value">A value of a record.</param>
    /// <param name="isUntyped">Whether the file knows only texts, so that <c>4</c> is a number and nothing is null.</param>
    public static ColumnKind Of(JsonNode? value, bool isUntyped) => value?.GetValueKind() switch
    {
        null => ColumnKind.Empty,
        JsonValueKind.True or JsonValueKind.False => ColumnKind.Truth,
        JsonValueKind.Number => long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? ColumnKind.Whole : ColumnKind.Number,
        JsonValueKind.String when isUntyped => OfCell(value.GetValue<string>()),
        _ => ColumnKind.Text,
    };

    /// <summary>The SQL type that holds a column of a kind.</summary>
    public static string SqlTypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Truth => "BOOLEAN",
        ColumnKind.Whole => "BIGINT",
        ColumnKind.Number => "DOUBLE",
        _ => "VARCHAR",
    };

    // 007 is a name, no number: as a number it would be the same as 7.
    private static ColumnKind OfCell(string cell) => cell switch
    {
        "" => ColumnKind.Empty,
        "true" or "false" or "True" or "False" or "TRUE" or "FALSE" => ColumnKind.Truth,
        ['0', >= '0' and <= '9', ..] or ['-', '0', >= '0' and <= '9', ..] => ColumnKind.Text,
        _ when long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => ColumnKind.Whole,
        _ when char.IsAsciiDigit(cell[^1]) && double.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _) => ColumnKind.Number,
        _ => ColumnKind.Text,
    };
}
