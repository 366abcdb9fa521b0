using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <content>
/// The loop that Chinese text lives in: four look-ups, one branch, four stores. It reads and writes without bounds checks: the
/// table has an entry for every UTF-16 unit, and the caller has reserved a token for every unit that is left.
/// </content>
internal sealed partial class Scanner
{
    /// <summary>The fast lane: characters that are tokens by themselves, and spaces, up to the first that is neither.</summary>
    private void ReadSingles<TUnit>(ReadOnlySpan<char> text, ref Position position, TokenBuffer buffer)
        where TUnit : struct, IUnit
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(entries);
        ref var characters = ref MemoryMarshal.GetReference(text);
        ref var ids = ref MemoryMarshal.GetArrayDataReference(buffer.IdArray);
        ref var spans = ref MemoryMarshal.GetArrayDataReference(buffer.SpanArray);
        var (index, count, length) = (position.Index, buffer.Count, text.Length);
        while (true)
        {
            while (index <= length - 4)
            {
                ref var four = ref Unsafe.Add(ref characters, index);
                var first = Unsafe.Add(ref table, four);
                var second = Unsafe.Add(ref table, Unsafe.Add(ref four, 1));
                var third = Unsafe.Add(ref table, Unsafe.Add(ref four, 2));
                var fourth = Unsafe.Add(ref table, Unsafe.Add(ref four, 3));
                if ((first | second | third | fourth) < 0)
                {
                    break;
                }

                ref var to = ref Unsafe.Add(ref ids, count);
                to = first;
                Unsafe.Add(ref to, 1) = second;
                Unsafe.Add(ref to, 2) = third;
                Unsafe.Add(ref to, 3) = fourth;
                if (TUnit.Wanted)
                {
                    ref var span = ref Unsafe.Add(ref spans, count);
                    var start = index - position.Pairs;
                    span = new CharSpan(start, start + 1);
                    Unsafe.Add(ref span, 1) = new CharSpan(start + 1, start + 2);
                    Unsafe.Add(ref span, 2) = new CharSpan(start + 2, start + 3);
                    Unsafe.Add(ref span, 3) = new CharSpan(start + 3, start + 4);
                }

                index += 4;
                count += 4;
            }

            var entry = 0;
            while (index < length && (entry = Unsafe.Add(ref table, Unsafe.Add(ref characters, index))) >= 0)
            {
                Unsafe.Add(ref ids, count) = entry;
                if (TUnit.Wanted)
                {
                    Unsafe.Add(ref spans, count) = new CharSpan(index - position.Pairs, index - position.Pairs + 1);
                }

                index++;
                count++;
            }

            if (index == length || entry != CharacterEntry.Space)
            {
                break;
            }

            index++;
        }

        position.Index = index;
        buffer.Count = count;
    }
}
