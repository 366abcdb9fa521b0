using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>An operator's argument or result, of any kind that a schema knows. Arguments come about by implicit conversion.</summary>
/// <remarks>A null tensor is <see cref="None"/>. A tensor list may hold nulls where the schema says <c>Tensor?[]</c>.</remarks>
public readonly struct Value
{
    internal readonly ValueKind Kind;
    internal readonly object? Reference;
    internal readonly long Bits;

    private Value(ValueKind kind, object? reference = null, long bits = 0)
    {
        Kind = kind;
        Reference = reference;
        Bits = bits;
    }

    /// <summary>Nothing, where the schema's type ends in a question mark.</summary>
    public static Value None => default;

    /// <summary>The schema's own default, for an argument in the middle.</summary>
    public static Value Default => new(ValueKind.Default);

    /// <summary>The int list that goes along beside the arguments, so that a caller's span needs no array.</summary>
    internal static Value IntsBeside => new(ValueKind.IntList);

    /// <summary>A tensor, or <see cref="None"/> for null.</summary>
    public static implicit operator Value(Tensor? value) => value is null ? None : new(ValueKind.Tensor, value);

    /// <summary>An int, float, bool or scalar argument.</summary>
    public static implicit operator Value(int value) => new(ValueKind.Int, bits: value);

    /// <summary>An int, float, bool or scalar argument.</summary>
    public static implicit operator Value(long value) => new(ValueKind.Int, bits: value);

    /// <summary>A float or scalar argument.</summary>
    public static implicit operator Value(double value) => new(ValueKind.Float, bits: BitConverter.DoubleToInt64Bits(value));

    /// <summary>A bool or scalar argument.</summary>
    public static implicit operator Value(bool value) => new(ValueKind.Bool, bits: value ? 1 : 0);

    /// <summary>A <c>ScalarType</c> argument.</summary>
    public static implicit operator Value(DType value) => new(ValueKind.DType, bits: (long)value);

    /// <summary>A <c>ScalarType?</c> argument.</summary>
    public static implicit operator Value(DType? value) => value is { } dtype ? dtype : None;

    /// <summary>A <c>Device</c> argument.</summary>
    public static implicit operator Value(Device value) => new(ValueKind.Device, value.Name);

    /// <summary>A <c>Device?</c> argument.</summary>
    public static implicit operator Value(Device? value) => value is { } device ? device : None;

    /// <summary>A <c>str</c> argument.</summary>
    public static implicit operator Value(string? value) => value is null ? None : new(ValueKind.String, value);

    /// <summary>A <c>Generator?</c> argument.</summary>
    public static implicit operator Value(Generator? value) => value is null ? None : new(ValueKind.Generator, value);

    /// <summary>An int list, such as a shape.</summary>
    public static implicit operator Value(long[]? value) => value is null ? None : new(ValueKind.IntList, value);

    /// <summary>A float list.</summary>
    public static implicit operator Value(double[]? value) => value is null ? None : new(ValueKind.FloatList, value);

    /// <summary>A bool list.</summary>
    public static implicit operator Value(bool[]? value) => value is null ? None : new(ValueKind.BoolList, value);

    /// <summary>A tensor list; null elements where the schema says <c>Tensor?[]</c>.</summary>
    public static implicit operator Value(Tensor?[]? value) => value is null ? None : new(ValueKind.TensorList, value);

    /// <summary>Whether this is nothing: a missing argument, or an undefined tensor among the results.</summary>
    public bool IsNone => Kind == ValueKind.None;

    /// <summary>The tensor that this result is. It belongs to the scope in which the operator was called.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public Tensor ToTensor() => Kind == ValueKind.Tensor ? (Tensor)Reference! : throw Wrong("tensor");

    /// <summary>The tensors that this result is; null where one is undefined.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public Tensor?[] ToTensors() => Kind == ValueKind.TensorList ? (Tensor?[])Reference! : throw Wrong("tensor list");

    /// <summary>The int that this result is.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public long ToInt64() => Kind == ValueKind.Int ? Bits : throw Wrong("int");

    /// <summary>The number that this result is.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public double ToDouble() => Kind switch
    {
        ValueKind.Float => BitConverter.Int64BitsToDouble(Bits),
        ValueKind.Int or ValueKind.Bool => Bits,
        _ => throw Wrong("number"),
    };

    /// <summary>The bool that this result is.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public bool ToBoolean() => Kind == ValueKind.Bool ? Bits != 0 : throw Wrong("bool");

    internal static Value FromNative(in NativeValue value) => value.Kind switch
    {
        ValueKind.None => None,
        ValueKind.Tensor => new Tensor(value.Pointer),
        ValueKind.TensorList => new(ValueKind.TensorList, Marshaller.TakeTensors(value)),
        _ => new(value.Kind, bits: value.Integer),
    };

    private InvalidOperationException Wrong(string wanted) => new($"This value is no {wanted}, but a {Kind}.");
}
