using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone.Cli;

/// <summary>A file of rows that a verb writes: whole or not at all.</summary>
internal static class RowFile
{
    /// <summary>Says what is wrong with an output's name, before the work begins.</summary>
    public static void ThrowUnlessWritable(string path, params IReadOnlyList<string> endings)
    {
        endings = endings.Count > 0 ? endings : [".jsonl", ".csv", ".parquet"];
        if (!endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            throw new WrongCallException($"{path}: this is written as {string.Join(" or ", endings)}; give the output such a name.");
        }

        if (Directory.Exists(path))
        {
            throw new WrongCallException($"{path}: a folder has this name; give the output another.");
        }

        ThrowIfImpossible(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
    }

    /// <summary>Refuses an output folder that cannot be made, before the work begins.</summary>
    public static void ThrowUnlessFolder(string path) => ThrowIfImpossible(path, path);

    private static void ThrowIfImpossible(string folder, string path)
    {
        if (NewFolder.WhyImpossible(folder) is { } reason)
        {
            throw new WrongCallException($"{path} cannot be written: {reason}. Choose another place.");
        }
    }

    /// <summary>Refuses an output that is also read: its old content would be gone.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="inputs">Files, patterns and folders; a dash is standard input.</param>
    /// <param name="split">The split that is read of folders.</param>
    public static void ThrowIfInput(string output, IReadOnlyList<string> inputs, string? split)
    {
        string[] paths = [.. inputs.Where(input => input != "-")];
        if (File.Exists(output) && paths.Length > 0 && CorpusReader.Files(paths, split).Any(IsOutput))
        {
            throw new WrongCallException($"{output}: this file is also read, and would be replaced; give the output another name.");
        }

        // A link is replaced, not followed; but an input may be a link to what the output replaces.
        bool IsOutput(string file) => Path.GetFullPath(file) == Path.GetFullPath(output)
            || (File.Exists(file) && File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName == Path.GetFullPath(output));
    }

    /// <summary>Writes rows as the name's ending asks for.</summary>
    /// <param name="path">A .jsonl, .csv or .parquet file.</param>
    /// <param name="rows">Each with the row that it came from.</param>
    public static void Write(string path, IEnumerable<(Row Source, IEnumerable<KeyValuePair<string, JsonNode?>> Columns)> rows) => WriteFile(path, stream =>
    {
        using var writer = RowWriter.Create(stream, path);
        foreach (var (source, columns) in rows)
        {
            WriteRow(writer, source, columns);
        }

        writer.Complete();
    });

    /// <summary>Writes a file whole or not at all; where the disk refuses, the error names the file.</summary>
    /// <exception cref="IOException">The disk is full or refuses otherwise.</exception>
    public static void WriteFile(string path, Action<Stream> write) => Naming(path, () => AtomicFile.Write(path, write));

    /// <summary>Writes a folder whole or not at all; where the disk refuses, the error names the folder.</summary>
    /// <exception cref="IOException">The disk is full or refuses otherwise.</exception>
    public static void WriteFolder(string path, Action<string> fill) => Naming(path, () => AtomicFolder.Write(path, fill));

    /// <summary>Does some of the writing to a file or folder; where its disk is full, the error names it.</summary>
    /// <param name="path">What is written.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="outcome">What is on the disk now, as a sentence.</param>
    public static void Naming(string path, Action write, string outcome = "Nothing of it was kept.")
    {
        try
        {
            write();
        }
        catch (IOException error) when (IsFullDisk(error))
        {
            throw new IOException($"{path} cannot be written: no space left on the disk. {outcome} Free some space, or choose another place.", error);
        }
    }

    private static bool IsFullDisk(IOException error) => error.Message.Contains("No space left", StringComparison.Ordinal)
        && (error.Message.StartsWith("No space left", StringComparison.Ordinal) || error.Message.StartsWith("Could not ", StringComparison.Ordinal));

    /// <summary>Writes one row; where it does not fit into a csv, the error names its place.</summary>
    public static void WriteRow(RowWriter writer, Row source, IEnumerable<KeyValuePair<string, JsonNode?>> columns)
    {
        try
        {
            writer.Write(columns);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataFileException(
                source.File, source.Line, "this row has columns that the first row did not have", "the same columns in every row of a csv", "Write .jsonl instead.", error);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataFileException(
                source.File, source.Line, $"this row cannot be written ({error.Message.TrimEnd('.')})", "each column once, and finite numbers", "Rename or remove one of the columns, or correct the number.", error);
        }
    }
}
