namespace Inkstone.Text.Corpora;

/// <summary>
/// Decides what becomes of a record that is no row: it is set aside where the caller wants to hear of it, and an error otherwise.
/// Where most records are no rows, the file is wrong and not they.
/// </summary>
internal sealed class RowFaults(string file, ReadOptions options)
{
    private const int Many = 100;
    private const int Some = 10;

    private long rows;
    private long setAside;
    private InvalidDataFileException? first;

    /// <summary>Whether a fault concerns one record that may be set aside.</summary>
    public bool Allow(InvalidDataFileException fault) => options.SetAside is not null && fault.IsOfOneRow;

    /// <summary>Counts a good row.</summary>
    public void Passed() => rows++;

    /// <summary>Hands a bad record to the caller.</summary>
    /// <exception cref="InvalidDataFileException">Most of very many records were bad.</exception>
    public void SetAside(InvalidDataFileException fault)
    {
        setAside++;
        first ??= fault;
        options.SetAside!(new(file, fault.Line ?? 1, fault.Problem));
        ThrowIfMost(Many);
    }

    /// <summary>The file has been read to its end.</summary>
    /// <exception cref="InvalidDataFileException">Most records were bad, or all.</exception>
    public void Close() => ThrowIfMost(rows == 0 ? 1 : Some);

    private void ThrowIfMost(int least)
    {
        if (setAside >= least && setAside > rows)
        {
            throw new InvalidDataFileException(file, first!.Line,
                FormattableString.Invariant($"{setAside} of {rows + setAside} records read are no rows; the first: {first.Problem}"), first.Expected, first.Remedy, first);
        }
    }
}
