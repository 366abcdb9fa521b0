namespace Inkstone.Text.Icu;

/// <summary>Unicode NFKC by ICU: .NET's own does nothing where it runs without cultures. Safe for many threads.</summary>
internal static unsafe class Nfkc
{
    private const int Yes = 1;

    /// <summary>The text in NFKC; the same instance where it is in it.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static string Normalize(string text)
    {
        int error = 0;
        fixed (char* source = text)
        {
            if (Functions.QuickCheck(Functions.Normalizer, source, text.Length, &error) == Yes)
            {
                return text;
            }
        }

        char[] buffer = new char[text.Length + 16];
        int length = Normalize(text, ref buffer);
        return text.AsSpan().SequenceEqual(buffer.AsSpan(0, length)) ? text : new string(buffer, 0, length);
    }

    /// <summary>Writes a text's NFKC into a buffer that grows where it must.</summary>
    /// <returns>How many UTF-16 units were written.</returns>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static int Normalize(ReadOnlySpan<char> text, ref char[] buffer)
    {
        while (true)
        {
            int error = 0;
            int length;
            fixed (char* source = text, target = buffer)
            {
                length = Functions.Normalize(Functions.Normalizer, source, text.Length, target, buffer.Length, &error);
            }

            if (error != IcuLibrary.BufferOverflow)
            {
                IcuLibrary.ThrowIfFailed(error, "unorm2_normalize");
                return length;
            }

            buffer = new char[Math.Max(length, buffer.Length * 2)];
        }
    }

    private static class Functions
    {
        public static readonly delegate* unmanaged<nint, char*, int, int*, int> QuickCheck =
            (delegate* unmanaged<nint, char*, int, int*, int>)IcuLibrary.Function("unorm2_quickCheck");

        public static readonly delegate* unmanaged<nint, char*, int, char*, int, int*, int> Normalize =
            (delegate* unmanaged<nint, char*, int, char*, int, int*, int>)IcuLibrary.Function("unorm2_normalize");

        /// <summary>ICU's own, shared by all threads.</summary>
        public static readonly nint Normalizer = Open();

        private static nint Open()
        {
            int error = 0;
            nint normalizer = ((delegate* unmanaged<int*, nint>)IcuLibrary.Function("unorm2_getNFKCInstance"))(&error);
            IcuLibrary.ThrowIfFailed(error, "unorm2_getNFKCInstance");
            return normalizer;
        }
    }
}
