using System.Globalization;

namespace Inkstone.Torch;

/// <summary>Where a tensor's memory lies.</summary>
/// <param name="Name">libtorch's name: <c>cpu</c>, <c>cuda:0</c>.</param>
public readonly record struct Device(string Name)
{
    /// <summary>The processor.</summary>
    public static Device Cpu { get; } = new("cpu");

    /// <summary>Whether this is an NVIDIA GPU.</summary>
    public bool IsCuda => Name.StartsWith("cuda", StringComparison.Ordinal);

    /// <summary>A GPU by its number, from 0.</summary>
    public static Device Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(string.Create(CultureInfo.InvariantCulture, $"cuda:{index}"));
    }

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:1</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "cpu" => Cpu,
            "cuda" => Cuda(),
            _ when text.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => Cuda(index),
            _ => throw new FormatException($"A device must be cpu, cuda or cuda:N, but is '{text}'."),
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
