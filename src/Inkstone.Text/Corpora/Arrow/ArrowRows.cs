using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Inkstone.Text.Corpora.Tables;

namespace Inkstone.Text.Corpora.Arrow;

/// <summary>Rows of an Arrow stream, one record batch in memory at a time.</summary>
/// <remarks>The messages' lengths are checked first (<see cref="ArrowFrames"/>): the library believes what they say and allocates it.</remarks>
internal static class ArrowRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="stream">Seekable; the caller owns it.</param>
    /// <param name="path">For messages.</param>
    /// <param name="options">What to read.</param>
    /// <exception cref="InvalidDataFileException">The file is broken or lacks a column.</exception>
    public static IEnumerable<Row> Read(Stream stream, string path, ReadOptions options)
    {
        using var reader = new ArrowStreamReader(stream, leaveOpen: true);
        var schema = Guarded(path, null, () =>
        {
            ArrowFrames.Check(stream);
            return reader.Schema;
        });
        var metadata = schema.Metadata?.GetValueOrDefault(ClassLabels.Key);
        var rows = new TableRows(path, CorpusFormat.Arrow, [.. schema.FieldsList.Select(field => field.Name)], ClassLabels.Parse(path, metadata), options);
        bool[] needed = [.. Enumerable.Range(0, schema.FieldsList.Count).Select(rows.Needs)];
        int number = 0;
        while (Guarded(path, number + 1, () => Next(reader, needed.Length)) is { } read)
        {
            using var batch = read;
            for (int i = 0; i < batch.Length; i++)
            {
                yield return rows.ToRow(Guarded(path, ++number, () => Values(batch, i, needed)), number);
            }
        }
    }

    private static RecordBatch? Next(ArrowStreamReader reader, int columns)
    {
        var batch = reader.ReadNextRecordBatch();
        return batch is null || (batch.ColumnCount == columns && batch.Arrays.All(array => array.Length == batch.Length))
            ? batch
            : throw new InvalidDataException("a record batch's columns differ in length");
    }

    private static JsonNode?[] Values(RecordBatch batch, int index, bool[] needed)
    {
        var values = new JsonNode?[needed.Length];
        for (int column = 0; column < needed.Length; column++)
        {
            values[column] = needed[column] ? ArrowValues.Of(batch.Column(column), index) : null;
        }

        return values;
    }

    /// <summary>Whatever the library stumbles over is the file's fault: its lengths and offsets are all from there.</summary>
    private static T Guarded<T>(string path, int? row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            throw new InvalidDataFileException(path, row, $"the Arrow stream is broken: {e.Message.Split('\n')[0].Trim().TrimEnd('.')}",
                "a file that datasets.save_to_disk wrote to its end", "Save the data set again, or copy it again if it was cut short.", e);
        }
    }
}
