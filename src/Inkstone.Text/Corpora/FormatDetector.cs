using System.Text;

namespace Inkstone.Text.Corpora;

/// <summary>Tells a file's format from its first line; the extension decides only what the content leaves open.</summary>
/// <remarks>
/// In this order: <c>[</c> before <c>{</c> or <c>]</c> is a JSON array; <c>{"</c> is a JSON object a line; a first line that names
/// a text column between tabs or commas is a header; a text and a label between tabs, line by line, are a table without one
/// (<see cref="HeaderlessTsv"/>). Then a <c>.csv</c> or <c>.tsv</c> is cut at whichever of the two its first
/// line has more of, a <c>.json</c> or <c>.jsonl</c> is JSON (and the reader will say what is wrong with it), and the rest is text.
/// </remarks>
internal static class FormatDetector
{
    private const int LongestHeader = 1 << 16;

    public static CorpusFormat Detect(ByteWindow window, ReadOptions options, out bool hasHeader)
    {
        var line = PeekFirstLine(window);
        RefuseBinary(window, line);
        hasHeader = true;
        if (LooksLikeArray(window.Bytes) || line.SequenceEqual("["u8))
        {
            return CorpusFormat.Json;
        }

        if (IsTwo(line, (byte)'{', (byte)'"'))
        {
            return CorpusFormat.JsonLines;
        }

        string header = Encoding.UTF8.GetString(line);
        if (NamesText(header, '\t', options))
        {
            return CorpusFormat.Tsv;
        }

        if (NamesText(header, ',', options))
        {
            return CorpusFormat.Csv;
        }

        if (HeaderlessTsv.Matches(window, options))
        {
            hasHeader = false;
            return CorpusFormat.Tsv;
        }

        int tabs = header.Count(c => c == '\t');
        int commas = header.Count(c => c == ',');
        return Path.GetExtension(window.Name).ToUpperInvariant() switch
        {
            ".CSV" => tabs > commas ? CorpusFormat.Tsv : CorpusFormat.Csv,
            ".TSV" or ".TAB" => commas > tabs ? CorpusFormat.Csv : CorpusFormat.Tsv,
            ".JSON" => line.TrimStart(" \t"u8).StartsWith("["u8) ? CorpusFormat.Json : CorpusFormat.JsonLines,
            ".JSONL" or ".NDJSON" => CorpusFormat.JsonLines,
            _ => CorpusFormat.PlainText,
        };
    }

    /// <summary>The first line that is not blank, or as much of it as a header may have.</summary>
    private static ReadOnlySpan<byte> PeekFirstLine(ByteWindow window)
    {
        while (true)
        {
            int blank = BlankPrefix(window.Bytes);
            int length = window.Bytes[blank..].IndexOf((byte)'\n');
            if (length >= 0 || window.Bytes.Length > LongestHeader || !window.Fill())
            {
                var line = length >= 0 ? window.Bytes.Slice(blank, length) : window.Bytes[blank..];
                return line.EndsWith("\r"u8) ? line[..^1] : line;
            }
        }
    }

    private static int BlankPrefix(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n') is >= 0 and var first ? first : bytes.Length;

    private static bool LooksLikeArray(ReadOnlySpan<byte> bytes) =>
        IsTwo(bytes, (byte)'[', (byte)'{') || IsTwo(bytes, (byte)'[', (byte)']');

    private static bool IsTwo(ReadOnlySpan<byte> bytes, byte first, byte second)
    {
        var content = bytes.TrimStart(" \t\r\n"u8);
        if (content.IsEmpty || content[0] != first)
        {
            return false;
        }

        content = content[1..].TrimStart(" \t\r\n"u8);
        return !content.IsEmpty && content[0] == second;
    }

    private static bool NamesText(string header, char separator, ReadOptions options) =>
        header.Contains(separator) && header.Split(separator).Any(cell => Columns.IsText(cell.Trim().Trim('"'), options));

    private static void RefuseBinary(ByteWindow window, ReadOnlySpan<byte> line)
    {
        BinaryFile.Refuse(window.Name, window.Bytes);
        BinaryFile.RefuseControls(window.Name, window.Bytes);
        if (line.Contains((byte)0))
        {
            throw new InvalidDataFileException(window.Name, window.Line, "a zero byte stands in the first line, so the file is no text",
                "csv, tsv, json, jsonl or text", "Save it as UTF-8 text, or say which encoding it has (encoding, --encoding).");
        }
    }
}
