using Inkstone.Text.Icu;

namespace Inkstone.Text.Tests.Corpora.Encodings;

/// <summary>Simplified texts in traditional characters, by ICU.</summary>
internal static unsafe class Traditional
{
    private static readonly Lock Gate = new();
    private static readonly nint Transliterator = Open();

    public static string Of(string simplified)
    {
        var text = new char[simplified.Length * 2 + 16];
        simplified.CopyTo(text);
        int length = simplified.Length, limit = simplified.Length, status = 0;
        var transliterate = (delegate* unmanaged<nint, char*, int*, int, int, int*, int*, void>)IcuLibrary.Function("utrans_transUChars");
        lock (Gate)
        {
            fixed (char* chars = text)
            {
                transliterate(Transliterator, chars, &length, text.Length, 0, &limit, &status);
            }
        }

        return status > 0 ? throw new InvalidOperationException($"ICU: {status}") : new string(text, 0, length);
    }

    private static nint Open()
    {
        const string Id = "Simplified-Traditional";
        int status = 0;
        var open = (delegate* unmanaged<char*, int, int, char*, int, void*, int*, nint>)IcuLibrary.Function("utrans_openU");
        fixed (char* id = Id)
        {
            var opened = open(id, Id.Length, 0, null, 0, null, &status);
            return status > 0 ? throw new InvalidOperationException($"ICU: {status}") : opened;
        }
    }
}
