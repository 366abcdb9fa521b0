using System.Buffers;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Sets of characters that several steps look for.</summary>
internal static class SearchValuesOf
{
    public static readonly SearchValues<char> AsciiLettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
