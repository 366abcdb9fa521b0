using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <content>The long way: normalize a stretch of text step by step, then split it.</content>
internal sealed partial class Scanner
{
    private void ScanStepwise<TUnit>(ReadOnlySpan<char> text, AddedTokenMatcher inNormalized, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        var (position, start) = (default(Position), default(Position));
        while (position.Index < text.Length)
        {
            var token = added.Match(text, position.Index, out var length);
            if (token is null)
            {
                position.Pass<TUnit>(IsPair(text, position.Index) ? 2 : 1);
                continue;
            }

            WriteStretch<TUnit>(text, start, position, inNormalized, buffer);
            buffer.Reserve(1);
            position = start = AddToken<TUnit>(text, position, token, length, buffer);
        }

        WriteStretch<TUnit>(text, start, position, inNormalized, buffer);
    }

    private void WriteStretch<TUnit>(ReadOnlySpan<char> text, Position start, Position end, AddedTokenMatcher inNormalized, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        var stretch = buffer.Stretch;
        StepwiseNormalizer.Normalize(text[start.Index..end.Index], start.Offset, TUnit.CountsPairs, map, stretch);
        buffer.Reserve(stretch.Length);
        var from = 0;
        for (var i = 0; i < stretch.Length; i++)
        {
            if (inNormalized.Match(stretch.Characters, i, out var length) is { } token)
            {
                var left = token.Lstrip ? AddedTokenMatcher.WithSpaceBefore(stretch.Characters, i, from) : i;
                var right = i + length;
                right = token.Rstrip ? AddedTokenMatcher.WithSpaceBehind(stretch.Characters, right) : right;
                WriteWords<TUnit>(stretch, from, left, buffer);
                buffer.Add(token.Id, TUnit.Wanted ? new CharSpan(stretch.Origins[left].Start, stretch.Origins[right - 1].End) : default);
                from = right;
                i = right - 1;
            }
        }

        WriteWords<TUnit>(stretch, from, stretch.Length, buffer);
    }

    /// <summary>Normalizes step by step from <paramref name="start"/> to the next certain end of a word.</summary>
    private Position ReadStretch<TUnit>(ReadOnlySpan<char> text, Position start, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        var end = start;
        while (end.Index < text.Length)
        {
            var entry = Resolve(text, end.Index, entries[text[end.Index]], out var width, out _);
            if (entry >= 0 || CharacterEntry.Kind(entry) is CharacterKind.Space or CharacterKind.AddedToken)
            {
                break;
            }

            end.Pass<TUnit>(width);
        }

        var stretch = buffer.Stretch;
        StepwiseNormalizer.Normalize(text[start.Index..end.Index], start.Offset, countPairs: TUnit.CountsPairs, map, stretch);
        buffer.Reserve(stretch.Length + text.Length - end.Index);
        WriteWords<TUnit>(stretch, 0, stretch.Length, buffer);
        return end;
    }

    /// <summary>Splits normalized text at spaces and punctuation, and writes the pieces of every word.</summary>
    private void WriteWords<TUnit>(NormalizedText normalized, int start, int end, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        var characters = normalized.Characters;
        var (wordStart, pairs) = (start, 0);
        for (var i = start; i < end;)
        {
            var width = char.IsHighSurrogate(characters[i]) ? 2 : 1;
            var isSpace = characters[i] == ' ';
            if (isSpace || CharacterData.IsPunctuation(CodePointAt(characters, i, width)))
            {
                WritePieces<TUnit>(normalized, wordStart, i, i - wordStart - pairs, buffer);
                if (!isSpace)
                {
                    WritePieces<TUnit>(normalized, i, i + width, 1, buffer);
                }

                (wordStart, pairs) = (i + width, 0);
            }
            else
            {
                pairs += width - 1;
            }

            i += width;
        }

        WritePieces<TUnit>(normalized, wordStart, end, end - wordStart - pairs, buffer);
    }
}
