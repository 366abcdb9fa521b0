using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>Rows as they are compared: a hash, and windows if asked for. Not safe for use by two threads at a time.</summary>
internal sealed class ComparableRow
{
    private readonly ComparableText text = new();

    /// <summary>The windows of the rows read since they were cleared.</summary>
    public CharacterWindows Windows { get; } = new();

    /// <summary>The hash of a row's text, or pair, in the form in which texts are compared.</summary>
    /// <param name="row">The row.</param>
    /// <param name="withWindows">Whether its windows are added too; those of a pair never reach from one text into the other.</param>
    /// <param name="isEmpty">Whether there is nothing but white space.</param>
    public ulong Read(Row row, bool withWindows, out bool isEmpty)
    {
        var hash = Read(row.Text, withWindows, out isEmpty);
        if (string.IsNullOrEmpty(row.TextPair))
        {
            return hash;
        }

        var second = Read(row.TextPair, withWindows, out var secondIsEmpty);
        isEmpty &= secondIsEmpty;
        return ComparableText.HashOfPair(hash, second);
    }

    private ulong Read(string content, bool withWindows, out bool isEmpty)
    {
        var form = text.Set(content);
        isEmpty = form.IsEmpty;
        if (withWindows)
        {
            Windows.Add(form);
        }

        return ComparableText.Hash(form);
    }
}
