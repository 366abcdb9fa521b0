using System.Globalization;
using Inkstone.Torch.Serialization;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>Tensors with content that tells them apart.</summary>
internal static class SampleTensors
{
    private static readonly DType[] DTypes = Enum.GetValues<DType>();

    public static StoredTensor Of(string name, DType dtype, params long[] shape)
    {
        var empty = new StoredTensor(name, dtype, shape, 0);
        var bytes = new byte[empty.ByteLength];
        new System.Random(name.Length + (int)dtype).NextBytes(bytes);
        return StoredTensor.CopyOf(name, dtype, shape, bytes);
    }

    /// <summary>Every element type in turn, ranks 0 to 3, some empty.</summary>
    public static List<StoredTensor> Many(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => Of(
            string.Create(CultureInfo.InvariantCulture, $"层.{i}.weight"), DTypes[i % DTypes.Length],
            [.. Enumerable.Range(0, i % 4).Select(d => (long)((i + (3 * d)) % 6))])),
    ];
}
