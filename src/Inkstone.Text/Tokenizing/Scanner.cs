using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <summary>
/// Walks text once and writes tokens. Characters that stand alone cost one table look-up; words go through the prefix tree;
/// only text whose accents must be put in order takes the long way.
/// </summary>
internal sealed partial class Scanner(CharacterMap map, TokenTrie trie, AddedTokenMatcher added, int maxInputCharsPerWord, int unknownId)
{
    private readonly int[] entries = map.Entries;
    private readonly int continuationRoot = trie.Walk("##");

    /// <summary>Added tokens that are looked for in normalized text; where there are any, all text goes the long way.</summary>
    internal AddedTokenMatcher? AddedInNormalized { get; init; }

    /// <summary>Appends the tokens of a text, without special tokens around it.</summary>
    internal void Scan(ReadOnlySpan<char> text, TokenBuffer buffer)
    {
        switch (buffer.OffsetUnit)
        {
            case OffsetUnit.None: Scan<NoOffsets>(text, buffer); break;
            case OffsetUnit.CodePoint: Scan<CodePoints>(text, buffer); break;
            default: Scan<Utf16Units>(text, buffer); break;
        }
    }

    private void Scan<TUnit>(ReadOnlySpan<char> text, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        if (AddedInNormalized is not null)
        {
            ScanStepwise<TUnit>(text, AddedInNormalized, buffer);
            return;
        }

        // From here on the buffer always has room for one token a character that is left.
        buffer.Reserve(text.Length);
        var position = default(Position);
        while (true)
        {
            ReadSingles<TUnit>(text, ref position, buffer);
            if (position.Index == text.Length)
            {
                return;
            }

            var entry = entries[text[position.Index]];
            if (CharacterEntry.Kind(entry) >= CharacterKind.FirstRare)
            {
                entry = Resolve(text, position.Index, entry, out var width, out var token);
                if (token is not null)
                {
                    position = AddToken<TUnit>(text, position, token, width, buffer);
                    continue;
                }

                if (entry >= 0)
                {
                    var start = position.Offset;
                    position.Pass<TUnit>(width);
                    buffer.Add(entry, new CharSpan(start, position.Offset));
                    continue;
                }
            }

            position = ReadWord<TUnit>(text, position, buffer);
        }
    }

    /// <summary>Reads to the end of a word and writes its pieces.</summary>
    private Position ReadWord<TUnit>(ReadOnlySpan<char> text, Position position, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        var start = position;
        var word = buffer.Word;
        word.Clear();
        while (position.Index < text.Length)
        {
            var entry = entries[text[position.Index]];
            var width = 1;
            if (entry >= 0)
            {
                break;
            }

            if (CharacterEntry.Kind(entry) >= CharacterKind.FirstRare)
            {
                entry = Resolve(text, position.Index, entry, out width, out _);
                if (entry >= 0)
                {
                    break;
                }
            }

            var kind = CharacterEntry.Kind(entry);
            if (kind is CharacterKind.Space or CharacterKind.AddedToken)
            {
                break;
            }

            if (kind == CharacterKind.Reordering)
            {
                return ReadStretch<TUnit>(text, start, buffer);
            }

            var from = position.Offset;
            position.Pass<TUnit>(width);
            if (kind == CharacterKind.Removed)
            {
                continue;
            }

            if (word.CodePoints > maxInputCharsPerWord)
            {
                word.ExtendLast(position.Offset); // too long already: only its end still matters
            }
            else if (kind == CharacterKind.Word)
            {
                word.Add((char)entry, new CharSpan(from, position.Offset));
            }
            else
            {
                AddNormalized(CodePointAt(text, position.Index - width, width), new CharSpan(from, position.Offset), word);
            }
        }

        buffer.Reserve(word.Length + text.Length - position.Index);
        WritePieces<TUnit>(word, 0, word.Length, word.CodePoints, buffer);
        return position;
    }

    /// <summary>WordPiece: the longest token that the rest of the word begins with, again and again; one unknown token if that fails.</summary>
    private void WritePieces<TUnit>(NormalizedText normalized, int start, int end, int codePoints, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        if (start == end)
        {
            return;
        }

        var characters = normalized.Characters;
        var before = buffer.Count;
        var (ids, spans, count) = (buffer.IdArray, buffer.SpanArray, before);
        var isKnown = codePoints <= maxInputCharsPerWord;
        for (var from = start; isKnown && from < end;)
        {
            var node = from == start ? TokenTrie.Root : continuationRoot;
            var (longest, to) = (TokenTrie.None, from);
            for (var i = from; i < end && node != TokenTrie.None; i++)
            {
                node = trie.Next(node, characters[i]);
                if (node != TokenTrie.None && trie.Id(node) != TokenTrie.None)
                {
                    (longest, to) = (trie.Id(node), i + 1);
                }
            }

            isKnown = longest != TokenTrie.None;
            if (isKnown)
            {
                ids[count] = longest;
                if (TUnit.Wanted)
                {
                    spans[count] = new CharSpan(normalized.Origins[from].Start, normalized.Origins[to - 1].End);
                }

                count++;
                from = to;
            }
        }

        if (!isKnown)
        {
            ids[before] = unknownId;
            if (TUnit.Wanted)
            {
                spans[before] = new CharSpan(normalized.Origins[start].Start, normalized.Origins[end - 1].End);
            }

            count = before + 1;
        }

        buffer.Count = count;
    }

    private static Position AddToken<TUnit>(ReadOnlySpan<char> text, Position position, AddedToken token, int width, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        // White space is never a supplementary character, so it moves both counts alike.
        var floor = position.AfterAddedToken;
        var spaceBefore = token.Lstrip ? position.Index - AddedTokenMatcher.WithSpaceBefore(text, position.Index, floor) : 0;
        var start = position.Offset - spaceBefore;
        for (var left = width; left > 0;)
        {
            var step = IsPair(text, position.Index) ? 2 : 1;
            position.Pass<TUnit>(step);
            left -= step;
        }

        if (token.Rstrip)
        {
            position.Index = AddedTokenMatcher.WithSpaceBehind(text, position.Index);
        }

        position.AfterAddedToken = position.Index;
        buffer.Add(token.Id, new CharSpan(start, position.Offset));
        buffer.Reserve(text.Length - position.Index);
        return position;
    }

    /// <summary>What a rare character is, its neighbours considered; common ones are themselves.</summary>
    private int Resolve(ReadOnlySpan<char> text, int index, int entry, out int width, out AddedToken? token)
    {
        width = 1;
        token = null;
        var kind = entry >= 0 ? CharacterKind.Word : CharacterEntry.Kind(entry);
        if (kind == CharacterKind.AddedTokenStart || (kind == CharacterKind.Surrogate && added.HasWideStarts))
        {
            token = added.Match(text, index, out var length);
            if (token is not null)
            {
                width = length;
                return CharacterEntry.Of(CharacterKind.AddedToken);
            }
        }

        if (kind == CharacterKind.AddedTokenStart)
        {
            return map.PlainEntry(entry);
        }

        if (kind == CharacterKind.Surrogate)
        {
            width = IsPair(text, index) ? 2 : 1;
            return width == 2 ? map.WideEntry(CodePointAt(text, index, 2)) : CharacterEntry.Removed;
        }

        return entry;
    }

    private void AddNormalized(int codePoint, CharSpan origin, NormalizedText word)
    {
        Span<int> parts = stackalloc int[CharacterData.MaxExpansion];
        foreach (var part in parts[..map.Normalize(codePoint, parts)])
        {
            word.AddCodePoint(part, origin);
        }
    }

    private static bool IsPair(ReadOnlySpan<char> text, int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);

    private static int CodePointAt(ReadOnlySpan<char> text, int index, int width) =>
        width == 2 ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
}
