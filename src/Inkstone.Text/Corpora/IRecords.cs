namespace Inkstone.Text.Corpora;

/// <summary>Cuts a window into records, one after another.</summary>
internal interface IRecords
{
    /// <summary>Reads the next record that is not blank; false at the end.</summary>
    /// <param name="fields">Cleared, then given the record's fields.</param>
    /// <param name="record">The record's bytes, valid until the next call.</param>
    /// <param name="line">The 1-based line on which the record begins.</param>
    bool TryRead(List<Field> fields, out ReadOnlySpan<byte> record, out int line);
}

/// <summary>A field's bytes inside its record, without outer quotes.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Length">Their number.</param>
/// <param name="Quoted">Whether the field was quoted, so that each <c>""</c> inside means one <c>"</c>.</param>
internal readonly record struct Field(int Start, int Length, bool Quoted);
