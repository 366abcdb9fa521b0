using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inkstone.Text.Profiling;

/// <summary>
/// Values under 64-bit hashes in as little memory as they need: 8 bytes and the value for each, in 256 tables that grow one at a
/// time by an eighth. Tens of millions of rows fit where a dictionary would need gigabytes.
/// </summary>
/// <remarks>The memory is not the garbage collector's, which would keep the outgrown tables for long: it goes back at once.</remarks>
/// <typeparam name="TValue">Kept with each hash; an empty struct for a mere set.</typeparam>
internal sealed unsafe class CompactTable<TValue>
    where TValue : unmanaged
{
    private const int Shards = 256;
    private const double FullAt = 0.88;

    private readonly Shard[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard(8))];

    /// <summary>How many hashes it holds.</summary>
    public long Count { get; private set; }

    /// <summary>The value under a hash, made where there is none. Valid until the next call.</summary>
    /// <param name="hash">Any number but 0, its bits evenly spread.</param>
    /// <param name="added">Whether the hash is new.</param>
    public ref TValue GetOrAdd(ulong hash, out bool added)
    {
        ref var shard = ref shards[hash >> 56];
        var slot = shard.Find(hash);
        added = shard.Hashes[slot] == 0;
        if (added)
        {
            if (shard.Count + 1 > shard.Capacity * FullAt)
            {
                Replace(ref shard, shard.Larger());
                slot = shard.Find(hash);
            }

            shard.Hashes[slot] = hash;
            shard.Count++;
            Count++;
        }

        return ref shard.Values[slot];
    }

    /// <summary>Looks a hash up.</summary>
    public bool TryGet(ulong hash, out TValue value)
    {
        var shard = shards[hash >> 56];
        var slot = shard.Find(hash);
        value = shard.Values[slot];
        return shard.Hashes[slot] != 0;
    }

    /// <summary>Whether the hash is there.</summary>
    public bool Contains(ulong hash)
    {
        var shard = shards[hash >> 56];
        return shard.Hashes[shard.Find(hash)] != 0;
    }

    /// <summary>Forgets the hashes that do not meet a condition, and gives their memory back.</summary>
    public void Keep(Predicate<ulong> condition)
    {
        Count = 0;
        for (var i = 0; i < Shards; i++)
        {
            Replace(ref shards[i], shards[i].Where(condition));
            Count += shards[i].Count;
        }
    }

    private static void Replace(ref Shard shard, Shard other)
    {
        shard.Dispose();
        shard = other;
    }

    private sealed class Shard : IDisposable
    {
        public Shard(int capacity)
        {
            Capacity = capacity;
            Hashes = (ulong*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)(sizeof(ulong) + sizeof(TValue)));
            Values = (TValue*)(Hashes + capacity);
        }

        ~Shard() => Free();

        public int Capacity { get; }

        public ulong* Hashes { get; private set; }

        public TValue* Values { get; }

        public int Count { get; set; }

        /// <summary>The slot of a hash, or the free one where it belongs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Find(ulong hash)
        {
            // The top 8 bits chose the shard; the next ones choose the place, in proportion to the capacity.
            var slot = (int)Math.BigMul(hash << 8, (ulong)Capacity, out _);
            while (Hashes[slot] != 0 && Hashes[slot] != hash)
            {
                slot = slot + 1 == Capacity ? 0 : slot + 1;
            }

            return slot;
        }

        public Shard Larger() => CopyTo(new Shard((Capacity * 9 / 8) + 8), _ => true);

        public Shard Where(Predicate<ulong> condition)
        {
            var kept = 0;
            for (var i = 0; i < Capacity; i++)
            {
                kept += Hashes[i] != 0 && condition(Hashes[i]) ? 1 : 0;
            }

            return CopyTo(new Shard((int)(kept / FullAt) + 8), condition);
        }

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private Shard CopyTo(Shard other, Predicate<ulong> condition)
        {
            for (var i = 0; i < Capacity; i++)
            {
                if (Hashes[i] != 0 && condition(Hashes[i]))
                {
                    var slot = other.Find(Hashes[i]);
                    (other.Hashes[slot], other.Values[slot]) = (Hashes[i], Values[i]);
                    other.Count++;
                }
            }

            return other;
        }

        private void Free()
        {
            NativeMemory.Free(Hashes);
            Hashes = null;
        }
    }
}
