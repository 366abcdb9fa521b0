using System.Text;
using System.Text.Unicode;

namespace Inkstone.Text.Corpora.Encodings;

/// <summary>Tells the encoding of bytes: a byte-order mark, or the encoding under which they read as the likeliest Chinese text.</summary>
/// <remarks>
/// Every candidate explains the same bytes, so the bits that a character model needs for the decoded text compare directly:
/// the right encoding needs the fewest. Bytes that do not decode cost much but do not exclude, so that one damaged
/// row does not change the reading of all others.
/// </remarks>
internal static class EncodingDetector
{
    private const int SurelyUtf8 = 16;
    private const int LeastSingleBytes = 32;
    private const double MostAsciiInUtf16 = 0.75;

    /// <summary>The encoding whose mark stands at the start of a file, among the candidates; or null.</summary>
    public static TextEncoding? ByMark(ReadOnlySpan<byte> start, IReadOnlyList<TextEncoding> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!candidate.Mark.IsEmpty && start.StartsWith(candidate.Mark.Span))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Whether the bytes say anything about their encoding: a byte beyond ASCII, or a zero.</summary>
    public static bool HasEvidence(ReadOnlySpan<byte> bytes) => FirstEvidence(bytes) >= 0;

    /// <summary>The place of the first byte that <see cref="HasEvidence"/> means; -1 where there is none.</summary>
    public static int FirstEvidence(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)1, (byte)0x7F);

    /// <summary>The likeliest encoding of <paramref name="sample"/>; UTF-8 for pure ASCII.</summary>
    /// <param name="sample">The bytes from the start of a file, or from a place where only ASCII stood before.</param>
    /// <param name="isEnd">Whether the file ends with them; otherwise the last character may be cut.</param>
    /// <param name="candidates">At least one.</param>
    public static TextEncoding Detect(ReadOnlySpan<byte> sample, bool isEnd, IReadOnlyList<TextEncoding> candidates)
    {
        if (candidates.Count == 1 || !HasEvidence(sample) || IsSurelyUtf8(sample))
        {
            return candidates[0];
        }

        var chars = new char[sample.Length];
        var best = candidates[0];
        long fewest = long.MaxValue;
        bool isSingleBytes = IsSurelyOfSingleBytes(sample);
        foreach (var candidate in candidates.Where(candidate => !isSingleBytes || candidate.Decoder is not Utf16Decoder))
        {
            long bits = CharacterModel.Bits(chars.AsSpan(0, Decode(sample, isEnd, candidate, chars)));
            if (bits < fewest)
            {
                (best, fewest) = (candidate, bits);
            }
        }

        return best;
    }

    /// <summary>Long enough and without any fault: no text of another encoding looks so.</summary>
    private static bool IsSurelyUtf8(ReadOnlySpan<byte> sample)
    {
        var whole = sample[..WholeUtf8(sample)];
        return !whole.Contains((byte)0) && CountFrom(whole, 0xE0) >= SurelyUtf8 && Utf8.IsValid(whole);
    }

    /// <summary>No UTF-16: its Chinese has half as much ASCII among its bytes, and its ASCII has zeros.</summary>
    private static bool IsSurelyOfSingleBytes(ReadOnlySpan<byte> sample)
    {
        if (sample.Length < LeastSingleBytes || sample.Contains((byte)0))
        {
            return false;
        }

        int ascii = 0;
        foreach (byte b in sample)
        {
            ascii += b is >= 0x20 and < 0x7F or (byte)'\n' or (byte)'\r' or (byte)'\t' ? 1 : 0;
        }

        return ascii > MostAsciiInUtf16 * sample.Length;
    }

    /// <summary>How many bytes are at least <paramref name="lowest"/>, counted as far as matters.</summary>
    private static int CountFrom(ReadOnlySpan<byte> bytes, byte lowest)
    {
        int count = 0;
        while (count < SurelyUtf8 && bytes.IndexOfAnyInRange(lowest, (byte)0xFF) is >= 0 and var found)
        {
            count++;
            bytes = bytes[(found + 1)..];
        }

        return count;
    }

    private static int Decode(ReadOnlySpan<byte> sample, bool isEnd, TextEncoding encoding, Span<char> chars)
    {
        if (encoding.Decoder is { } decoder)
        {
            return decoder.Decode(sample, isEnd, chars, out _);
        }

        Utf8.ToUtf16(isEnd ? sample : sample[..WholeUtf8(sample)], chars, out _, out int written, replaceInvalidSequences: true);
        return written;
    }

    /// <summary>The length without a character that is cut at the end.</summary>
    private static int WholeUtf8(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte last = bytes[^back];
            if ((last & 0xC0) != 0x80)
            {
                return last >= 0xC0 && Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData
                    ? bytes.Length - back
                    : bytes.Length;
            }
        }

        return bytes.Length;
    }
}
