namespace Inkstone.Torch.Serialization;

// What the restricted unpickler can make, besides null, bool, long, double and string.
// Lists and dictionaries get their storage with the first item: a file of a million empty ones stays affordable.

/// <summary>A class or function that a pickle names and that is on the list of the allowed.</summary>
internal sealed record PickleGlobal(string Module, string Name);

internal sealed class PickleList
{
    private List<object?>? items;

    public void Add(object? item) => (items ??= []).Add(item);
}

/// <summary>Also an <c>OrderedDict</c>. Pairs, not a hash table: keys are looked at once, at the end.</summary>
internal sealed class PickleDictionary
{
    private List<(object? Key, object? Value)>? pairs;

    public IReadOnlyList<(object? Key, object? Value)> Pairs => pairs ?? (IReadOnlyList<(object?, object?)>)[];

    public void Add(object? key, object? value) => (pairs ??= []).Add((key, value));
}

/// <summary>A storage that a tensor shows a part of: an entry of the archive.</summary>
internal sealed record PickleStorage(DType DType, string Key, long ElementCount);

/// <summary>A view of a storage, in elements; nothing in it has been checked against the storage yet.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
