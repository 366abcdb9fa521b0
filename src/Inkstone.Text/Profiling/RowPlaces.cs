using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>
/// Says where rows stand in six bytes each: the number of the file, and the line, or the row's number in a file whose rows share
/// lines. Rows pass in the input's order.
/// </summary>
internal sealed class RowPlaces
{
    private readonly List<(string Name, bool SharesLines)> files = [];
    private int ordinal;
    private int lastLine;

    /// <summary>The place of the next row.</summary>
    public (ushort File, int Number) Pass(Row row)
    {
        if (files.Count == 0 || (files[^1].Name != row.File && files.Count < ushort.MaxValue))
        {
            files.Add((row.File, false));
            (ordinal, lastLine) = (0, 0);
        }

        // The second row decides: the first stands on line 1 in either way of counting.
        ordinal++;
        if (ordinal == 2 && row.Line == lastLine && row.Line == 1)
        {
            files[^1] = (row.File, true);
        }

        lastLine = row.Line;
        return ((ushort)(files.Count - 1), files[^1].SharesLines ? ordinal : row.Line);
    }

    /// <summary>A place that was passed.</summary>
    public LabelledPlace Place(ushort file, int number, string? label) => new(files[file].Name, number, files[file].SharesLines, label);
}
