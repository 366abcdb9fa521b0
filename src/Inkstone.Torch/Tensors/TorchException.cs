using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>libtorch refused something: shapes, dtypes, devices or arguments that do not fit. The process is fine.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Describes one refusal.</summary>
    /// <param name="operator">What was called, such as <c>aten::mm</c>.</param>
    /// <param name="arguments">Shape, dtype and device of every tensor argument; may be empty.</param>
    /// <param name="detail">The reason; only its first line is kept.</param>
    public TorchException(string @operator, string arguments, string detail)
        : base(Compose(@operator, arguments, FirstLine(detail)))
    {
        Operator = @operator;
        Arguments = arguments;
        Detail = FirstLine(detail);
    }

    /// <summary>What was called, such as <c>aten::mm</c>.</summary>
    public string Operator { get; }

    /// <summary>Every tensor argument: <c>[8, 12] float32 cpu and [8, 32] float32 cpu</c>.</summary>
    public string Arguments { get; }

    /// <summary>The first line of libtorch's message.</summary>
    public string Detail { get; }

    internal static void ThrowIf(int status, string @operator, params ReadOnlySpan<Tensor?> tensors)
    {
        if (status != 0)
        {
            var detail = Native.Error;
            List<string> parts = [];
            foreach (var tensor in tensors)
            {
                Add(parts, tensor);
            }

            throw new TorchException(@operator, Join(parts), detail);
        }
    }

    internal static string Describe(ReadOnlySpan<Value> arguments)
    {
        List<string> parts = [];
        foreach (var argument in arguments)
        {
            if (argument.Kind == ValueKind.Tensor)
            {
                Add(parts, (Tensor)argument.Reference!);
            }
            else if (argument.Kind == ValueKind.TensorList)
            {
                foreach (var tensor in (Tensor?[])argument.Reference!)
                {
                    Add(parts, tensor);
                }
            }
        }

        return Join(parts);
    }

    private static void Add(List<string> parts, Tensor? tensor)
    {
        if (tensor is not null)
        {
            parts.Add(tensor.ToString());
        }
    }

    private static string Join(List<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";

    private static string Compose(string @operator, string arguments, string detail) =>
        arguments.Length == 0 ? $"{@operator}: {detail}" : $"{@operator}: {arguments}: {detail}";

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
