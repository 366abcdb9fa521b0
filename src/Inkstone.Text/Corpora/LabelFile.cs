using System.Text;
using Inkstone.Text.Corpora.Encodings;

namespace Inkstone.Text.Corpora;

/// <summary>PaddleNLP's <c>label.txt</c>: the names of the labels, one a line, in the order of their ids, for every data file beside it.</summary>
internal static class LabelFile
{
    /// <summary>What it is called.</summary>
    public const string Name = "label.txt";

    /// <summary>The names in a folder's label file, without blank lines; null where there is no such file.</summary>
    /// <param name="folder">The folder; empty is the current one.</param>
    /// <exception cref="InvalidDataFileException">The file cannot be read, or holds bytes that do not decode.</exception>
    public static List<string>? NamesIn(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return null;
        }

        using var window = new ByteWindow(new DecodedStream(DataFileStream.Open(path, "a file with a label's name a line")), path);
        var names = new List<string>();
        for (int line = 1; window.TryReadLine(out var bytes); line = window.Line)
        {
            window.RequireText(bytes, line);
            if (Encoding.UTF8.GetString(bytes).Trim() is { Length: > 0 } name)
            {
                names.Add(name);
            }
        }

        return names;
    }
}
