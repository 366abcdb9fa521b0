namespace Inkstone.Text.Icu;

/// <summary>Unicode's compatibility composition (NFKC) by ICU: .NET has none when it runs without cultures. Safe for many threads.</summary>
internal static unsafe class NfkcNormalizer
{
    private const int BufferOverflow = 15;

    private static readonly Lazy<Functions?> Loaded = new(Load);

    /// <summary>Whether this machine has ICU.</summary>
    public static bool IsAvailable => Loaded.Value is not null;

    /// <summary>Writes the text's NFKC form into a buffer that grows where it must.</summary>
    /// <returns>How many UTF-16 units were written.</returns>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static int Normalize(ReadOnlySpan<char> text, ref char[] buffer)
    {
        var functions = Loaded.Value ?? throw new DllNotFoundException("ICU's C library is not on this machine; install it: apt-get install libicu-dev.");
        while (true)
        {
            int status = 0;
            int length;
            fixed (char* from = text, to = buffer)
            {
                length = functions.Normalize(functions.Instance, from, text.Length, to, buffer.Length, &status);
            }

            if (status <= 0)
            {
                return length;
            }

            if (status != BufferOverflow)
            {
                throw new InvalidOperationException(FormattableString.Invariant($"ICU {IcuLibrary.Version} cannot normalize a text of {text.Length} UTF-16 units (error {status})."));
            }

            buffer = new char[Math.Max(length, buffer.Length * 2)];
        }
    }

    private static Functions? Load()
    {
        try
        {
            int status = 0;
            var open = (delegate* unmanaged<int*, nint>)IcuLibrary.Function("unorm2_getNFKCInstance");
            var instance = open(&status);
            return status > 0 ? null : new Functions(instance, (delegate* unmanaged<nint, char*, int, char*, int, int*, int>)IcuLibrary.Function("unorm2_normalize"));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private sealed class Functions(nint instance, delegate* unmanaged<nint, char*, int, char*, int, int*, int> normalize)
    {
        public nint Instance { get; } = instance;

        public delegate* unmanaged<nint, char*, int, char*, int, int*, int> Normalize { get; } = normalize;
    }
}
