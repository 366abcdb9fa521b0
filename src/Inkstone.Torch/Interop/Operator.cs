using System.Buffers;
using System.Runtime.CompilerServices;
using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>One of libtorch's operators, called through its dispatcher: autograd, autocast and devices included.</summary>
/// <remarks>
/// Arguments follow the schema's order; trailing ones may be left out, <see cref="Value.Default"/> leaves out one in the
/// middle. Numbers are brought into the form that the schema wants (an int where it says float, say).
/// New tensors belong to the current <see cref="TensorScope"/>.
/// </remarks>
public sealed class Operator
{
    private const int MostResults = 8;

    private readonly string name;
    private readonly string overload;
    private nint handle;

    /// <summary>Names an operator without looking for it yet, so that naming many costs nothing.</summary>
    internal Operator(string name, string overload = "")
    {
        this.name = name;
        this.overload = overload;
    }

    /// <summary>Name and overload, such as <c>aten::add.Tensor</c>.</summary>
    public string Name => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>The schema: arguments with types and defaults, results.</summary>
    public string Schema => Native.Schema(Resolve());

    /// <summary>Finds an operator.</summary>
    /// <param name="name">With its namespace: <c>aten::foo</c>.</param>
    /// <param name="overload">The part after the dot in libtorch's lists; often empty.</param>
    /// <exception cref="TorchException">This libtorch has none of that name.</exception>
    public static Operator Find(string name, string overload = "")
    {
        var found = new Operator(name, overload);
        found.Resolve();
        return found;
    }

    /// <summary>Calls it for its first result, a tensor.</summary>
    /// <exception cref="TorchException">The arguments do not fit the schema or each other, or no tensor came back.</exception>
    public Tensor Call(params ReadOnlySpan<Value> arguments) => Call(arguments, []);

    /// <summary>Calls it for what it does to its arguments; results are not looked at.</summary>
    /// <exception cref="TorchException">The arguments do not fit the schema or each other.</exception>
    public void Run(params ReadOnlySpan<Value> arguments) => Invoke(arguments, [], []);

    /// <summary>Calls it for all its results, in the schema's order.</summary>
    /// <exception cref="TorchException">The arguments do not fit the schema or each other.</exception>
    public Value[] CallAll(params ReadOnlySpan<Value> arguments) => CallAll(arguments, []);

    /// <summary>As <see cref="Call(ReadOnlySpan{Value})"/>; <paramref name="ints"/> stands where <see cref="Value.IntsBeside"/> does.</summary>
    internal Tensor Call(ReadOnlySpan<Value> arguments, ReadOnlySpan<long> ints)
    {
        Span<NativeValue> result = stackalloc NativeValue[1];
        var count = Invoke(arguments, ints, result);
        return count == 1 && result[0].Kind == ValueKind.Tensor
            ? new Tensor(result[0].Pointer)
            : throw Fail(arguments, "returned no tensor where one was expected");
    }

    internal Value[] CallAll(ReadOnlySpan<Value> arguments, ReadOnlySpan<long> ints)
    {
        Span<NativeValue> results = stackalloc NativeValue[MostResults];
        var values = new Value[Invoke(arguments, ints, results)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value.FromNative(results[i]);
        }

        return values;
    }

    /// <summary>The first result's bits, where it is a number or bool and no object is worth making.</summary>
    internal NativeValue CallNumber(params ReadOnlySpan<Value> arguments)
    {
        Span<NativeValue> result = stackalloc NativeValue[1];
        return Invoke(arguments, [], result) == 1 ? result[0] : throw Fail(arguments, "returned nothing");
    }

    [SkipLocalsInit]
    private unsafe int Invoke(ReadOnlySpan<Value> arguments, ReadOnlySpan<long> ints, Span<NativeValue> results)
    {
        const int fewArguments = 16, fewWords = 64;
        var words = 0;
        foreach (ref readonly var argument in arguments)
        {
            words += Marshaller.PayloadWords(argument);
        }

        var rented = words > fewWords ? ArrayPool<long>.Shared.Rent(words) : null;
        var natives = arguments.Length <= fewArguments ? stackalloc NativeValue[fewArguments] : new NativeValue[arguments.Length];
        var payload = rented is null ? stackalloc long[fewWords] : rented;
        int status, count;
        fixed (long* listBeside = ints)
        fixed (long* pinned = payload)
        fixed (NativeValue* nativeArguments = natives)
        fixed (NativeValue* nativeResults = results)
        {
            var free = payload;
            for (var i = 0; i < arguments.Length; i++)
            {
                natives[i] = Marshaller.ToNative(arguments[i], listBeside, ints.Length, free);
                free = free[Marshaller.PayloadWords(arguments[i])..];
            }

            status = Native.Call(Resolve(), nativeArguments, arguments.Length, nativeResults, results.Length, out count);
        }

        if (rented is not null)
        {
            ArrayPool<long>.Shared.Return(rented);
        }

        return status == 0 ? count : throw Fail(arguments, Native.Error);
    }

    private nint Resolve()
    {
        if (handle == 0)
        {
            if (Native.FindOperator(name, overload, out var found) != 0)
            {
                throw new TorchException(Name, "", Native.Error);
            }

            handle = found;
        }

        return handle;
    }

    private TorchException Fail(ReadOnlySpan<Value> arguments, string detail) => new(Name, TorchException.Describe(arguments), detail);
}
