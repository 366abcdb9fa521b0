namespace Inkstone.Text.Tokenizing;

/// <summary>The tokens that stay: a stretch at the beginning and one at the end, either may be empty.</summary>
internal readonly record struct Kept(int HeadStart, int HeadLength, int TailStart, int TailLength)
{
    internal int Length => HeadLength + TailLength;
}

/// <summary>Which tokens stay when there are too many; the arithmetic of Hugging Face's engine.</summary>
internal static class Truncation
{
    /// <summary>Keeps <paramref name="length"/> of <paramref name="count"/> tokens.</summary>
    internal static Kept Keep(int count, int length, TruncationSide side, int headTokens)
    {
        if (length >= count)
        {
            return new Kept(0, count, count, 0);
        }

        var head = side switch
        {
            TruncationSide.Right => length,
            TruncationSide.Left => 0,
            _ => Math.Min(headTokens, length),
        };
        return new Kept(0, head, count - (length - head), length - head);
    }

    /// <summary>How many tokens each text of a pair may keep in <paramref name="room"/>.</summary>
    /// <exception cref="ArgumentException">The text that is to be cut is too short for that.</exception>
    internal static (int First, int Second) PairLengths(int first, int second, int room, TruncationStrategy strategy)
    {
        var excess = first + second - room;
        if (excess <= 0)
        {
            return (first, second);
        }

        switch (strategy)
        {
            case TruncationStrategy.OnlyFirst:
                return (Shorten(first, excess, "first", "second", room), second);
            case TruncationStrategy.OnlySecond:
                return (first, Shorten(second, excess, "second", "first", room));
            default:
                var (shorter, longer) = (Math.Min(first, second), Math.Max(first, second));
                longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
                if (shorter + longer > room)
                {
                    shorter = room / 2;
                    longer = shorter + (room % 2);
                }

                return first <= second ? (shorter, longer) : (longer, shorter);
        }
    }

    /// <summary>
    /// Cuts <paramref name="count"/> tokens into windows of <paramref name="length"/> that share <paramref name="stride"/>
    /// tokens; the last one is as long as what is left. From the left side they run backwards, the last window first.
    /// </summary>
    internal static IEnumerable<Kept> Windows(int count, int length, int stride, TruncationSide side)
    {
        for (var passed = 0L; ; passed += length - stride)
        {
            var size = (int)Math.Min(length, count - passed);
            var start = side == TruncationSide.Left ? count - (int)passed - size : (int)passed;
            yield return new Kept(start, size, count, 0);
            if (passed + size >= count)
            {
                yield break;
            }
        }
    }

    private static int Shorten(int count, int excess, string name, string other, int room) =>
        count > excess
            ? count - excess
            : throw new ArgumentException($"the {name} text has {count} tokens and would have to lose {excess}, because the {other} one must keep all of its own and both have room for {room}; raise the max length, or cut the longest first.");
}
