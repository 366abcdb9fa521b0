namespace Inkstone.Torch.Serialization;

/// <summary>The whole list of what a pickle may name and call: it can make tensors, and nothing else.</summary>
internal sealed class PickleConstructors(string file)
{
    private static readonly PickleGlobal OrderedDict = new("collections", "OrderedDict");
    private static readonly PickleGlobal RebuildTensor = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleGlobal RebuildParameter = new("torch._utils", "_rebuild_parameter");

    /// <summary>Looks a name up; refuses at once what is not on the list, called or not.</summary>
    /// <exception cref="InvalidWeightsException">The name is not on the list.</exception>
    public PickleGlobal Find(string module, string name)
    {
        var found = new PickleGlobal(module, name);
        return found == OrderedDict || found == RebuildTensor || found == RebuildParameter || StorageType(found) is not null
            ? found
            : throw Fault(
                $"wants to call {InvalidWeightsException.Quote($"{module}.{name}")}; such files are not opened",
                "nothing but tensors in dictionaries");
    }

    /// <summary>Calls what <see cref="Find"/> found.</summary>
    /// <exception cref="InvalidWeightsException">The arguments are not those that torch writes.</exception>
    public object Call(object? function, object? arguments) => (function, arguments) switch
    {
        // With arguments it could be asked to copy one long list again and again; torch's never has any.
        (PickleGlobal g, object?[] and []) when g == OrderedDict => new PickleDictionary(),
        (PickleGlobal g, object?[] and [PickleTensor tensor, ..]) when g == RebuildParameter => tensor,
        (PickleGlobal g, object?[] and [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..])
            when g == RebuildTensor => new PickleTensor(storage, offset, Sizes(shape), Sizes(strides)),
        (PickleGlobal g, _) => throw Fault($"calls {g.Module}.{g.Name} with other arguments than torch gives", "a file of torch.save"),
        _ => throw Fault("calls what is no function", "a file of torch.save"),
    };

    /// <summary>Resolves torch's persistent id, <c>('storage', type, key, device, element count)</c>.</summary>
    /// <exception cref="InvalidWeightsException">It is another kind of id.</exception>
    public PickleStorage Storage(object? id) =>
        id is object?[] and ["storage", PickleGlobal type, string key, string, long count] && StorageType(type) is { } dtype
            ? new PickleStorage(dtype, key, count)
            : throw Fault("refers to something that is no storage", "a file of torch.save");

    private static DType? StorageType(PickleGlobal global) =>
        global.Module == "torch" ? StoredDType.FromTorchStorage(global.Name) : null;

    private long[] Sizes(object?[] tuple)
    {
        if (tuple.Length > SafetensorsHeader.MaxRank)
        {
            throw Fault($"has a tensor of {tuple.Length} dimensions", $"at most {SafetensorsHeader.MaxRank}");
        }

        return Array.ConvertAll(tuple, size => size is long number and >= 0
            ? number
            : throw Fault("has a tensor whose sizes or strides are no numbers from 0", "whole numbers"));
    }

    private InvalidWeightsException Fault(string problem, string expected) => new(file, null, problem, expected);
}
