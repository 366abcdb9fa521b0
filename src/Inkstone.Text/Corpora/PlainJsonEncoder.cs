using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Text.Corpora;

/// <summary>Escapes only what JSON must have escaped. .NET's most relaxed encoder still escapes emoji and rare Han characters.</summary>
internal sealed class PlainJsonEncoder : JavaScriptEncoder
{
    public static readonly PlainJsonEncoder Instance = new();

    /// <summary>The JSON options of a value that is written with it.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = Instance };

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        for (int i = 0; i < rest.Length; i++)
        {
            if (char.IsSurrogate(rest[i]))
            {
                if (Rune.DecodeFromUtf16(rest[i..], out _, out int length) != System.Buffers.OperationStatus.Done)
                {
                    return i;
                }

                i += length - 1;
            }
            else if (WillEncode(rest[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\';

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        char? letter = unicodeScalar switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', _ => null };
        if (letter is not null)
        {
            return target.TryWrite($"\\{letter}", out numberOfCharactersWritten);
        }

        return WillEncode(unicodeScalar)
            ? target.TryWrite($"\\u{unicodeScalar:x4}", out numberOfCharactersWritten)
            : new Rune(unicodeScalar).TryEncodeToUtf16(target, out numberOfCharactersWritten);
    }
}
