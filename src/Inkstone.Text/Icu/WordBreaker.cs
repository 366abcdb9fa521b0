using System.Runtime.InteropServices;

namespace Inkstone.Text.Icu;

/// <summary>
/// Finds words by ICU's dictionary for Chinese and Japanese, and by Unicode's rules elsewhere: 这|家|酒店|的|服务|态度. Serves one thread
/// at a time.
/// </summary>
/// <remarks>UAX #29, with <c>ubrk_open(UBRK_WORD)</c>. The dictionary is that of the machine's ICU: another version may cut elsewhere.</remarks>
public sealed unsafe class WordBreaker : IDisposable
{
    private const int Words = 1;   // UBRK_WORD
    private const int Done = -1;   // UBRK_DONE

    private nint iterator;

    /// <summary>Major version of the ICU that cuts.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static int IcuVersion => IcuLibrary.Version;

    /// <summary>Opens ICU's word iterator.</summary>
    /// <param name="locale">ICU's name of a locale, such as <c>zh</c>.</param>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public WordBreaker(string locale = "zh")
    {
        ArgumentNullException.ThrowIfNull(locale);
        int error = 0;
        nint name = Marshal.StringToCoTaskMemUTF8(locale);
        try
        {
            iterator = Functions.Open(Words, (byte*)name, null, 0, &error);
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }

        IcuLibrary.ThrowIfFailed(error, "ubrk_open");
    }

    /// <summary>Frees an iterator that nobody disposed.</summary>
    ~WordBreaker() => Close();

    /// <summary>Cuts a text into words, signs and white space.</summary>
    /// <param name="text">The text; any string will do.</param>
    /// <returns>Spans in UTF-16 code units that follow each other without gap and cover the text; none for an empty one.</returns>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public IReadOnlyList<Range> Break(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ObjectDisposedException.ThrowIf(iterator == 0, this);
        var words = new List<Range>();
        int error = 0;
        fixed (char* start = text)
        {
            Functions.SetText(iterator, start, text.Length, &error);
            IcuLibrary.ThrowIfFailed(error, "ubrk_setText");
            int from = 0;
            for (int end = Functions.Next(iterator); end != Done; end = Functions.Next(iterator))
            {
                words.Add(from..end);
                from = end;
            }
        }

        GC.KeepAlive(this);
        return words;
    }

    /// <summary>Frees the iterator.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private void Close()
    {
        if (iterator != 0)
        {
            Functions.Close(iterator);
            iterator = 0;
        }
    }

    private static class Functions
    {
        public static readonly delegate* unmanaged<int, byte*, char*, int, int*, nint> Open =
            (delegate* unmanaged<int, byte*, char*, int, int*, nint>)IcuLibrary.Function("ubrk_open");

        public static readonly delegate* unmanaged<nint, char*, int, int*, void> SetText =
            (delegate* unmanaged<nint, char*, int, int*, void>)IcuLibrary.Function("ubrk_setText");

        public static readonly delegate* unmanaged<nint, int> Next = (delegate* unmanaged<nint, int>)IcuLibrary.Function("ubrk_next");

        public static readonly delegate* unmanaged<nint, void> Close = (delegate* unmanaged<nint, void>)IcuLibrary.Function("ubrk_close");
    }
}
