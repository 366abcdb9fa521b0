using System.Globalization;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>The labels of an encoded file, each by the first row that has it.</summary>
internal sealed class FileLabels(EncodedFile file)
{
    private readonly Dictionary<string, int> numberOf = file.Header.Labels.Index().ToDictionary(label => label.Item, label => label.Index);

    /// <summary>The classes of a training set.</summary>
    /// <param name="numbers">Its rows.</param>
    /// <param name="told">Names in the order of their ids, as the recipe has them; null where it has none.</param>
    /// <param name="known">Names that the model's folder gives; may be empty.</param>
    /// <exception cref="InvalidDataFileException">A label is not among the names, or the rows hold fewer than two classes.</exception>
    public LabelSet Classes(int[] numbers, IReadOnlyList<string>? told, IReadOnlyList<string> known)
    {
        var firstRows = FirstRows(numbers);
        return LabelSet.ForTraining(firstRows, told ?? file.Header.LabelNames ?? NamesFor(firstRows, known));
    }

    /// <summary>The class of each label in the header; -1 where none of the rows has it.</summary>
    /// <exception cref="InvalidDataFileException">A label is none of the classes.</exception>
    public int[] Ids(LabelSet labels, int[] numbers)
    {
        var ids = new int[file.Header.Labels.Count];
        Array.Fill(ids, -1);
        foreach (var row in FirstRows(numbers))
        {
            ids[numberOf[row.Label!]] = labels.IdOf(row)!.Value;
        }

        return ids;
    }

    /// <summary>Says which labels are no names but ids; null where all are names.</summary>
    public string? Notice(string file, LabelSet labels, int[] numbers)
    {
        var ids = FirstRows(numbers).Select(row => row.Label!).Where(label => !labels.Names.Contains(label) && labels.TryGetId(label, out _)).Order(StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
        {
            return null;
        }

        const int Shown = 10;
        var more = ids.Count > Shown ? ", …" : "";
        var meaning = ids.Take(Shown).Select(label => labels.TryGetId(label, out var id) ? $"{label} = {labels.Names[id]}" : label);
        return $"{file}: labels {string.Join(", ", ids.Take(Shown))}{more} are read as ids: {string.Join(", ", meaning)}{more}; data.label_map (--label-map) says otherwise.";
    }

    /// <summary>A row for each label, without text: what is said of a label names the first row that has it.</summary>
    private List<Row> FirstRows(int[] numbers)
    {
        var isKnown = new bool[file.Header.Labels.Count];
        var rows = new List<Row>();
        var encoded = file.Rows.InOrder();
        foreach (var number in numbers)
        {
            ref readonly var row = ref encoded[number];
            if (!isKnown[row.Label])
            {
                isKnown[row.Label] = true;
                rows.Add(new() { Text = "", Label = file.Header.Labels[row.Label], File = file.Header.Files[row.File], Line = row.Line });
                if (rows.Count == isKnown.Length)
                {
                    break;
                }
            }
        }

        return rows;
    }

    /// <summary>The model's own names, where the data's labels are these names or their numbers; null lets the data decide.</summary>
    private static IReadOnlyList<string>? NamesFor(List<Row> rows, IReadOnlyList<string> knownLabels) =>
        knownLabels.Count > 0 && rows.All(row => knownLabels.Contains(row.Label!) || IsIndexInto(knownLabels, row.Label!)) ? knownLabels : null;

    private static bool IsIndexInto(IReadOnlyList<string> names, string label) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < names.Count;
}
