using System.Globalization;

namespace Inkstone.Text.Corpora;

/// <summary>The classes of a task in the order of their ids: class <c>i</c> is <c>Names[i]</c>.</summary>
/// <remarks>
/// A label in a file is a name, or, where no name is itself an integer, the index of one: with names <c>[neg, pos]</c> both
/// <c>pos</c> and <c>1</c> have the id 1. Names that were only sorted have no indices: nobody said that 1 is the last of them.
/// </remarks>
public sealed class LabelSet
{
    private readonly Dictionary<string, int> ids;
    private readonly bool byIndex;

    /// <summary>Takes the names in the order of their ids.</summary>
    /// <param name="names">At least one, all different, none empty.</param>
    /// <exception cref="ArgumentException">A name is empty or stands twice, or there is none.</exception>
    public LabelSet(IEnumerable<string> names)
        : this(names, isSorted: false)
    {
    }

    private LabelSet(IEnumerable<string> names, bool isSorted)
    {
        Names = [.. names];
        ids = new Dictionary<string, int>(Names.Count, StringComparer.Ordinal);
        for (int i = 0; i < Names.Count; i++)
        {
            if (string.IsNullOrEmpty(Names[i]) || !ids.TryAdd(Names[i], i))
            {
                throw new ArgumentException($"label_names must be different and not empty, but '{Names[i]}' is not; remove or rename it.", nameof(names));
            }
        }

        if (Names.Count == 0)
        {
            throw new ArgumentException("label_names must hold at least one name, but is empty; leave it out to take the labels from the data.", nameof(names));
        }

        IsSorted = isSorted;
        byIndex = !isSorted && Names.All(name => ParseInteger(name) is null);
    }

    /// <summary>The names in the order of their ids.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether nothing but sorting put the names in their order, so that a bare number is none of them.</summary>
    public bool IsSorted { get; }

    /// <summary>The number of classes.</summary>
    public int Count => Names.Count;

    /// <summary>The classes of a training set.</summary>
    /// <param name="rows">The training rows; unlabelled ones do not count.</param>
    /// <param name="labelNames">The names in the order of their ids; null sorts the labels found, by value where all are integers and ordinally otherwise.</param>
    /// <exception cref="InvalidDataFileException">A label is not among the names, or the rows hold fewer than two classes.</exception>
    /// <exception cref="ArgumentException"><paramref name="labelNames"/> has a fault.</exception>
    public static LabelSet ForTraining(IReadOnlyList<Row> rows, IReadOnlyList<string>? labelNames = null)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.Label is not null)
            {
                found.Add(row.Label);
            }
        }

        var labels = labelNames is null && found.Count > 0 ? new LabelSet(Sort(found), isSorted: true) : labelNames is null ? null : new LabelSet(labelNames);
        var classes = new HashSet<int>();
        foreach (var row in rows)
        {
            if (labels?.IdOf(row) is { } id)
            {
                classes.Add(id);
            }
        }

        return classes.Count >= 2 ? labels! : throw TooFewClasses(rows, found);
    }

    /// <summary>The id of a row's label, or null where the row is unlabelled.</summary>
    /// <exception cref="InvalidDataFileException">The label is not among the names.</exception>
    public int? IdOf(Row row) => row.Label is null ? null : TryGetId(row.Label, out int id) ? id : throw new InvalidDataFileException(
        row.File, row.Line, $"the label '{row.Label}' is not among the label names", $"one of {Shown(Names)}",
        IsSorted && ParseInteger(row.Label) is not null
            ? $"Say which number is which name with label_map, such as {{0: {Names[0]}}}, or the order of the names with label_names: so far they are only sorted, and a number could mean any of them."
            : "Correct the label, or add it to label_names.");

    /// <summary>Looks up a label as a file has it: a name, or an index where no name is an integer.</summary>
    public bool TryGetId(string label, out int id)
    {
        if (ids.TryGetValue(label, out id))
        {
            return true;
        }

        long? index = byIndex ? ParseInteger(label) : null;
        id = index is >= 0 && index < Count ? (int)index : 0;
        return index is >= 0 && index < Count;
    }

    private static IEnumerable<string> Sort(HashSet<string> found) => found.All(label => ParseInteger(label) is not null)
        ? found.OrderBy(label => ParseInteger(label)).ThenBy(label => label, StringComparer.Ordinal)
        : found.Order(StringComparer.Ordinal);

    private static long? ParseInteger(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static InvalidDataFileException TooFewClasses(IReadOnlyList<Row> rows, HashSet<string> found) => new(
        rows.Count > 0 ? rows[0].File : "the training data", null,
        found.Count == 0 ? "no row has a label" : $"every labelled row has the label {Shown([.. found])}",
        "rows of at least two classes", "Check that the label column is the right one (label_column).");

    private static string Shown(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(20)) + (names.Count > 20 ? FormattableString.Invariant($", … ({names.Count} in all)") : "");
}
