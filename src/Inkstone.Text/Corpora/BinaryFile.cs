namespace Inkstone.Text.Corpora;

/// <summary>Files that are no text, told by their first bytes.</summary>
internal static class BinaryFile
{
    private const int LeastControls = 8;
    private const double MostControls = 0.03;

    private static readonly (byte[] Start, string What, string Remedy)[] Known =
    [
        ("PAR1"u8.ToArray(), "a parquet file", "Name the file itself, with its ending .parquet, instead of piping it."),
        ("ARROW1"u8.ToArray(), "an Arrow file", "Name the folder that save_to_disk wrote, or write the rows as jsonl."),
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive or an Excel file", "Save the sheet as csv, or unpack the archive."),
        ([0x1F, 0x8B], "a gzip archive", "Unpack it first: gunzip FILE."),
        ([0xD0, 0xCF, 0x11, 0xE0], "an Excel file", "Save the sheet as csv."),
        ("%PDF"u8.ToArray(), "a PDF", "Write its texts as csv or jsonl."),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG image", "Name a file with texts."),
        ([0xFF, 0xD8, 0xFF], "a JPEG image", "Name a file with texts."),
        ("GIF8"u8.ToArray(), "a GIF image", "Name a file with texts."),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program", "Name a file with texts."),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], "a 7z archive", "Unpack it first."),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive", "Unpack it first: unzstd FILE."),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X'], "an xz archive", "Unpack it first: unxz FILE."),
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

    /// <summary>Throws where control characters, and bytes that do not decode, are too many for a text of any encoding.</summary>
    /// <param name="name">The file.</param>
    /// <param name="decoded">Its beginning, as UTF-8; a byte that did not decode is 0xFF.</param>
    /// <exception cref="InvalidDataFileException">They are.</exception>
    public static void RefuseControls(string name, ReadOnlySpan<byte> decoded)
    {
        int controls = 0;
        for (int i = 0; i < decoded.Length; i++)
        {
            bool isC1 = decoded[i] == 0xC2 && i + 1 < decoded.Length && decoded[i + 1] is >= 0x80 and <= 0x9F;
            controls += isC1 || decoded[i] is < 0x09 or (> 0x0D and < 0x20 and not 0x1B) or 0x7F ? 1 : 0;
        }

        if (controls >= LeastControls && controls > MostControls * decoded.Length)
        {
            throw new InvalidDataFileException(name, null, "this is no text: control characters stand all over it, whatever encoding it is read as", "csv, tsv, json, jsonl or text",
                "Check that it is the right file and whole; a table in a binary format needs its first bytes to be known.");
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
