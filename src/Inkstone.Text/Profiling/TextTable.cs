using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>The different texts of an input by their hashes: where each stands first, and with which labels.</summary>
internal sealed class TextTable
{
    private const int MostConflicts = 50;
    private const int MostPlaces = 8;

    private readonly CompactTable<Entry> entries = new();
    private readonly Dictionary<ulong, HashSet<ushort>> conflicts = [];
    private readonly Dictionary<ulong, (string TextStart, List<LabelledPlace> Places)> examples = [];
    private readonly RowPlaces places = new();

    /// <summary>How many different texts there are.</summary>
    public long Count => entries.Count;

    /// <summary>How many of them carry more than one label.</summary>
    public long ConflictCount => conflicts.Count;

    /// <summary>All labels.</summary>
    public LabelCounts Labels { get; } = new();

    /// <summary>Adds a row, in the input's order.</summary>
    public void Add(ulong hash, Row row)
    {
        var label = Labels.Add(row.Label);
        var (file, number) = places.Pass(row);
        ref var entry = ref entries.GetOrAdd(hash, out var added);
        if (added)
        {
            entry = new Entry(number, label, file);
        }
        else if (label != LabelCounts.None && label != entry.Label)
        {
            if (entry.Label == LabelCounts.None)
            {
                entry = new Entry(number, label, file);
                return;
            }

            AddConflict(hash, entry, new Entry(number, label, file), row.Text);
        }
    }

    /// <summary>Looks a text up: where it stands first, or null where it does not.</summary>
    /// <param name="hash">The text's hash.</param>
    /// <param name="label">A label.</param>
    /// <param name="hasOtherLabel">Whether the text stands here with labels, none of which is this one.</param>
    public LabelledPlace? Find(ulong hash, string? label, out bool hasOtherLabel)
    {
        hasOtherLabel = false;
        if (!entries.TryGet(hash, out var entry))
        {
            return null;
        }

        var first = PlaceOf(entry);
        if (label is not null && first.Label is not null && label != first.Label)
        {
            hasOtherLabel = !conflicts.TryGetValue(hash, out var labels) || !labels.Any(number => Labels.Name(number) == label);
        }

        return first;
    }

    /// <summary>Whether the text is here.</summary>
    public bool Contains(ulong hash) => entries.Contains(hash);

    /// <summary>The first conflicting texts, in the order in which their second labels were met.</summary>
    public IReadOnlyList<ConflictingText> Conflicts() =>
        [.. examples.Values.Select(example => new ConflictingText(example.TextStart, example.Places))];

    private void AddConflict(ulong hash, Entry first, Entry other, string text)
    {
        if (!conflicts.TryGetValue(hash, out var labels))
        {
            conflicts.Add(hash, labels = [first.Label]);
            if (examples.Count < MostConflicts)
            {
                examples.Add(hash, (TextStart.Of(text), [PlaceOf(first)]));
            }
        }

        if (labels.Add(other.Label) && examples.TryGetValue(hash, out var example) && example.Places.Count < MostPlaces)
        {
            example.Places.Add(PlaceOf(other));
        }
    }

    private LabelledPlace PlaceOf(Entry entry) => places.Place(entry.File, entry.Number, Labels.Name(entry.Label));

    /// <summary>Eight bytes: there are as many as different texts.</summary>
    private readonly record struct Entry(int Number, ushort Label, ushort File);
}
