namespace Inkstone.Text.Profiling;

/// <summary>Labels by number, so that a row's label takes two bytes. Beyond 10 000 different ones the rest shares a number.</summary>
internal sealed class LabelCounts
{
    /// <summary>The number of rows without a label.</summary>
    public const ushort None = ushort.MaxValue;

    private const int Most = 10_000;
    private const string Rest = "(other)";

    private readonly Dictionary<string, ushort> numbers = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly List<long> rows = [];

    /// <summary>Whether several labels share a number.</summary>
    public bool IsFull => names.Count > Most;

    /// <summary>The label of a number; null for none.</summary>
    public string? Name(ushort number) => number == None ? null : names[number];

    /// <summary>Counts a row's label and numbers it.</summary>
    public ushort Add(string? label)
    {
        if (label is null)
        {
            return None;
        }

        if (!numbers.TryGetValue(label, out var number))
        {
            number = (ushort)Math.Min(names.Count, Most);
            if (number < Most)
            {
                numbers.Add(label, number);
            }

            if (number == names.Count)
            {
                names.Add(number < Most ? label : Rest);
                rows.Add(0);
            }
        }

        rows[number]++;
        return number;
    }

    /// <summary>Labels with their rows, commonest first, then by name.</summary>
    public IReadOnlyList<LabelCount> Counts() =>
    [
        .. names.Select((name, number) => new LabelCount(name, rows[number])).OrderByDescending(label => label.Rows).ThenBy(label => label.Label, StringComparer.Ordinal),
    ];
}
