namespace Inkstone.Text.Tokenizing.Characters;

/// <summary>What the scanner does at a character whose table entry is negative; see <see cref="CharacterEntry"/>.</summary>
internal enum CharacterKind
{
    /// <summary>Part of a word; becomes the one UTF-16 unit in the entry.</summary>
    Word,

    /// <summary>Ends a word, leaves no token.</summary>
    Space,

    /// <summary>Leaves nothing and does not end a word (control characters, stripped accents).</summary>
    Removed,

    /// <summary>From here on the entry alone does not say what to do.</summary>
    FirstRare,

    /// <summary>Half of a surrogate pair: the pair has an entry of its own.</summary>
    Surrogate = FirstRare,

    /// <summary>An added token may begin here; the low bits index what the character is otherwise.</summary>
    AddedTokenStart,

    /// <summary>An added token does begin here.</summary>
    AddedToken,

    /// <summary>Part of a word; a supplementary code point that stays as it is.</summary>
    WidePart,

    /// <summary>Part of a word; becomes several code points, or one beyond the basic plane.</summary>
    Expanding,

    /// <summary>A combining mark that canonical ordering may move: the whole stretch is normalized step by step.</summary>
    Reordering,
}

/// <summary>
/// One 32-bit entry for each character. Zero or above: a token that stands alone (an ideograph, a punctuation mark), and
/// this is its id. Below zero: a <see cref="CharacterKind"/> in bits 16–23, a UTF-16 unit or an index in bits 0–15.
/// </summary>
internal static class CharacterEntry
{
    internal const int Space = unchecked((int)0x8000_0000) | ((int)CharacterKind.Space << 16);
    internal const int Removed = unchecked((int)0x8000_0000) | ((int)CharacterKind.Removed << 16);

    internal static int Of(CharacterKind kind, int low = 0) => unchecked((int)0x8000_0000) | ((int)kind << 16) | low;

    internal static CharacterKind Kind(int entry) => (CharacterKind)((entry >> 16) & 0xFF);

    internal static bool IsWord(int entry) => (entry & 0xFF_0000) == (int)CharacterKind.Word << 16;
}
