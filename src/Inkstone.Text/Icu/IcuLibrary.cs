using System.Globalization;
using System.Runtime.InteropServices;

namespace Inkstone.Text.Icu;

/// <summary>The system's ICU C library, whose exported names carry its version: <c>ubrk_open_72</c>.</summary>
internal static class IcuLibrary
{
    /// <summary><c>U_BUFFER_OVERFLOW_ERROR</c>: the result is longer than the room for it.</summary>
    public const int BufferOverflow = 15;

    private const int Oldest = 60;
    private const int Newest = 120;

    private static readonly Lazy<Opened> Library = new(Open);

    /// <summary>Its major version.</summary>
    public static int Version => Library.Value.Version;

    /// <summary>The address of a function of libicuuc or libicui18n, named without version.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    /// <exception cref="EntryPointNotFoundException">This ICU has no such function.</exception>
    public static nint Function(string name)
    {
        var (common, international, version) = Library.Value;
        var versioned = string.Create(CultureInfo.InvariantCulture, $"{name}_{version}");
        return NativeLibrary.TryGetExport(common, versioned, out var address) || NativeLibrary.TryGetExport(international, versioned, out address)
            ? address
            : throw new EntryPointNotFoundException($"ICU {version} has no function {versioned}.");
    }

    /// <summary>Checks a <c>UErrorCode</c>: above zero is a failure, below a warning.</summary>
    /// <exception cref="InvalidOperationException">The call failed.</exception>
    public static void ThrowIfFailed(int error, string function)
    {
        if (error > 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"ICU {Version}: {function} failed with error {error}."));
        }
    }

    private static Opened Open()
    {
        for (var version = Newest; version >= Oldest; version--)
        {
            if (NativeLibrary.TryLoad(string.Create(CultureInfo.InvariantCulture, $"libicuuc.so.{version}"), out var common)
                && NativeLibrary.TryLoad(string.Create(CultureInfo.InvariantCulture, $"libicui18n.so.{version}"), out var international))
            {
                return new(common, international, version);
            }
        }

        throw new DllNotFoundException("ICU's C library (libicuuc.so, libicui18n.so) is not on this machine; install it: apt-get install libicu-dev.");
    }

    private sealed record Opened(nint Common, nint International, int Version);
}
