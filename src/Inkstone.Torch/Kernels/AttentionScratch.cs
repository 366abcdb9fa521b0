namespace Inkstone.Torch.Kernels;

/// <summary>A thread's own buffers for one head of one chunk; they grow to the longest chunk and stay.</summary>
internal static unsafe class AttentionScratch
{
    private const int Line = 16; // float32 numbers in a cache line

    [ThreadStatic]
    private static float[]? memory;

    /// <summary>Memory for buffers of these lengths, each beginning at a cache line; what stands in it is unknown.</summary>
    public static float[] Rent(int length)
    {
        if (memory is null || memory.Length < length)
        {
            memory = GC.AllocateUninitializedArray<float>(length, pinned: true);
        }

        return memory;
    }

    /// <summary>The first element of <paramref name="memory"/> that begins a cache line.</summary>
    public static float* Align(float* memory) => (float*)(((nint)memory + (Line * sizeof(float)) - 1) / (Line * sizeof(float)) * (Line * sizeof(float)));
}
