namespace Inkstone.Text.Tokenizing;

/// <content>Where the scanner is, and what its offsets count.</content>
internal sealed partial class Scanner
{
    /// <summary>Where the scanner is: the UTF-16 index, and how many surrogate pairs lie behind it.</summary>
    private struct Position
    {
        internal int Index, Pairs, AfterAddedToken;

        internal readonly int Offset => Index - Pairs;

        internal void Pass<TUnit>(int width)
            where TUnit : struct, IUnit
        {
            Index += width;
            Pairs += TUnit.CountsPairs ? width - 1 : 0;
        }
    }

    /// <summary>What offsets count, known when the code is compiled, so that each kind has its own loop.</summary>
    private interface IUnit
    {
        static abstract bool Wanted { get; }

        static abstract bool CountsPairs { get; }
    }

    private readonly struct NoOffsets : IUnit
    {
        public static bool Wanted => false;

        public static bool CountsPairs => false;
    }

    private readonly struct CodePoints : IUnit
    {
        public static bool Wanted => true;

        public static bool CountsPairs => true;
    }

    private readonly struct Utf16Units : IUnit
    {
        public static bool Wanted => true;

        public static bool CountsPairs => false;
    }
}
