using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inkstone.Text.Tokenizing;

/// <summary>
/// The vocabulary as a prefix tree over UTF-16 units, its edges in one open-addressing hash table: finding the longest token
/// at a place is one probe a character and makes no strings.
/// </summary>
internal sealed class TokenTrie
{
    internal const int Root = 0, None = -1;

    private readonly Edge[] edges;
    private readonly int[] ids;
    private readonly int shift;
    private int nodes = 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // built once, at the start of a process: too short for tiering
    internal TokenTrie(Vocabulary vocabulary)
    {
        var characters = vocabulary.Entries.Sum(entry => entry.Key.Length);
        var slots = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, characters * 2));
        edges = new Edge[slots];
        shift = 64 - BitOperations.Log2(slots);
        ids = new int[characters + 1];
        Array.Fill(ids, None);
        foreach (var (token, id) in vocabulary.Entries)
        {
            var node = Root;
            foreach (var c in token)
            {
                node = NextOrNew(node, c);
            }

            ids[node] = id;
        }

        ids[Root] = None; // an empty line in the vocabulary is no token that text could hold
    }

    /// <summary>The node that a prefix leads to; <see cref="None"/> where no token begins with it.</summary>
    internal int Walk(ReadOnlySpan<char> prefix)
    {
        var node = Root;
        foreach (var c in prefix)
        {
            node = node == None ? None : Next(node, c);
        }

        return node;
    }

    /// <summary>The id of the token that ends at a node; <see cref="None"/> where none does.</summary>
    internal int Id(int node) => ids[node];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int node, char c)
    {
        var key = Key(node, c);
        for (var slot = Slot(key); ; slot = (slot + 1) & (edges.Length - 1))
        {
            ref var edge = ref edges[slot];
            if (edge.Child == 0)
            {
                return None;
            }

            if (edge.Key == key)
            {
                return edge.Child;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int NextOrNew(int node, char c)
    {
        var key = Key(node, c);
        var slot = Slot(key);
        while (edges[slot].Child != 0 && edges[slot].Key != key)
        {
            slot = (slot + 1) & (edges.Length - 1);
        }

        if (edges[slot].Child == 0)
        {
            edges[slot] = new Edge { Key = key, Child = nodes++ };
        }

        return edges[slot].Child;
    }

    private static ulong Key(int node, char c) => ((ulong)(uint)node << 16) | c;

    private int Slot(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> shift);

    private struct Edge
    {
        internal ulong Key;
        internal int Child; // 0 in a free slot: nothing leads back to the root
    }
}
