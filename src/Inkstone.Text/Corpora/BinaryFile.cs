namespace Inkstone.Text.Corpora;

/// <summary>Files that are no text, told by their first bytes.</summary>
internal static class BinaryFile
{
    private static readonly (byte[] Start, string What, string Remedy)[] Known =
    [
        ("PAR1"u8.ToArray(), "a parquet file", "Name the file itself, with its ending .parquet, instead of piping it."),
        ("ARROW1"u8.ToArray(), "an Arrow file", "Name the folder that save_to_disk wrote, or write the rows as jsonl."),
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive or an Excel file", "Save the sheet as csv, or unpack the archive."),
        ([0x1F, 0x8B], "a gzip archive", "Unpack it first: gunzip FILE."),
        ([0xD0, 0xCF, 0x11, 0xE0], "an Excel file", "Save the sheet as csv."),
        ("%PDF"u8.ToArray(), "a PDF", "Write its texts as csv or jsonl."),
    ];

    /// <summary>Whether a file begins like one of the kinds known.</summary>
    public static bool Is(ReadOnlySpan<byte> start) => Find(start) >= 0;

    /// <summary>Throws where a file begins like one of the kinds known.</summary>
    /// <exception cref="InvalidDataFileException">It does.</exception>
    public static void Refuse(string name, ReadOnlySpan<byte> start)
    {
        if (Find(start) is >= 0 and var kind)
        {
            throw new InvalidDataFileException(name, null, $"this is {Known[kind].What}, not text", "csv, tsv, json, jsonl or text", Known[kind].Remedy);
        }
    }

    private static int Find(ReadOnlySpan<byte> start)
    {
        for (int i = 0; i < Known.Length; i++)
        {
            if (start.StartsWith(Known[i].Start))
            {
                return i;
            }
        }

        return -1;
    }
}
