using System.Globalization;
using System.Runtime.InteropServices;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>Compares many numbers at once, and names the first that is off.</summary>
internal static class TensorShould
{
    public static void BeClose(Tensor actual, StoredTensor expected, string what, double absolute = 1e-5, double relative = 1e-4) =>
        BeClose(actual.ToFloats(), Floats(expected), what, absolute, relative);

    public static void BeClose(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, string what, double absolute = 1e-5, double relative = 1e-4)
    {
        Assert.True(actual.Length == expected.Length, string.Create(CultureInfo.InvariantCulture, $"{what}: {actual.Length} numbers, expected {expected.Length}"));
        for (var index = 0; index < actual.Length; index++)
        {
            var isClose = Math.Abs((double)actual[index] - expected[index]) <= absolute + (relative * Math.Abs(expected[index]));
            Assert.True(isClose, string.Create(CultureInfo.InvariantCulture, $"{what}: number {index} is {actual[index]:R}, expected {expected[index]:R}"));
        }
    }

    public static float[] Floats(StoredTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        return values;
    }

    public static long[] Longs(StoredTensor tensor) => MemoryMarshal.Cast<byte, long>(tensor.Bytes).ToArray();
}
