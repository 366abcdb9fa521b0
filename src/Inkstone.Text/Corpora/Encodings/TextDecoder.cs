namespace Inkstone.Text.Corpora.Encodings;

/// <summary>Turns bytes of one encoding into characters. Bytes that belong to no character become <see cref="Undecodable"/>, one for each fault.</summary>
/// <remarks>
/// A fault never takes a line break, a comma or a quote with it, so that the rows around it stay whole. .NET's own decoders drop
/// the byte after a stray lead byte, whichever it is.
/// </remarks>
internal abstract class TextDecoder
{
    /// <summary>Stands for bytes that do not decode. It is a noncharacter, so no text has it.</summary>
    public const char Undecodable = '\uFFFF';

    /// <summary>Decodes what is whole; a character that is cut at the end stays unused unless <paramref name="isEnd"/>.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <param name="isEnd">Whether none follow.</param>
    /// <param name="chars">At least as long as <paramref name="bytes"/>.</param>
    /// <param name="bytesUsed">How many bytes the characters stand for.</param>
    /// <returns>The number of characters.</returns>
    public abstract int Decode(ReadOnlySpan<byte> bytes, bool isEnd, Span<char> chars, out int bytesUsed);
}
