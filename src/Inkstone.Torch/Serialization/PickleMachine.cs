namespace Inkstone.Torch.Serialization;

/// <summary>Runs the stack machine that a pickle is a program for, with all operations that make objects taken out.</summary>
/// <remarks>
/// Python's <c>pickletools.py</c> describes the operations. No recursion, so nesting costs nothing but stack items; every
/// operation takes memory in proportion to its own bytes, so the whole does to the file, whatever lengths it claims.
/// </remarks>
internal sealed class PickleMachine
{
    private readonly string file;
    private readonly PickleConstructors constructors;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];

    private PickleMachine(string file)
    {
        this.file = file;
        constructors = new PickleConstructors(file);
    }

    /// <returns>
    /// What the program leaves: null, bool, long, double, string, <c>object?[]</c> for a tuple, or one of the types beside
    /// <see cref="PickleGlobal"/>.
    /// </returns>
    /// <exception cref="InvalidWeightsException">The program is broken, or wants more than tensors and dictionaries.</exception>
    public static object? Run(string file, ReadOnlySpan<byte> program)
    {
        var machine = new PickleMachine(file);
        var stream = new PickleStream(file, program);
        for (var operation = stream.ReadByte(); operation != '.'; operation = stream.ReadByte())
        {
            machine.Execute(operation, ref stream);
        }

        return machine.Pop();
    }

    private void Execute(byte operation, ref PickleStream stream)
    {
        switch (operation)
        {
            case 0x80: stream.Skip(1); break;                                         // PROTO
            case 0x95: stream.Skip(sizeof(ulong)); break;                             // FRAME: a hint for buffered readers

            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)stream.ReadInt32()); break;
            case (byte)'K': Push((long)stream.ReadByte()); break;
            case (byte)'M': Push((long)stream.ReadUInt16()); break;
            case 0x8A: Push(stream.ReadLong(stream.ReadByte())); break;               // LONG1
            case (byte)'G': Push(stream.ReadDouble()); break;
            case (byte)'X' or (byte)'T': Push(stream.ReadText(stream.ReadUInt32())); break;
            case 0x8C or (byte)'U': Push(stream.ReadText(stream.ReadByte())); break;
            case 0x8D: Push(stream.ReadText(stream.ReadUInt64())); break;             // BINUNICODE8

            case (byte)'(': marks.Push(stack.Count); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Top()); break;

            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case 0x85: Push(PopMany(1)); break;
            case 0x86: Push(PopMany(2)); break;
            case 0x87: Push(PopMany(3)); break;

            case (byte)']': Push(new PickleList()); break;
            case (byte)'l': Push(Filled(new PickleList(), PopToMark())); break;
            case (byte)'a': AppendAll(PopMany(1)); break;
            case (byte)'e': AppendAll(PopToMark()); break;

            case (byte)'}': Push(new PickleDictionary()); break;
            case (byte)'d': Push(Filled(new PickleDictionary(), PopToMark())); break;
            case (byte)'s': SetAll(PopMany(2)); break;
            case (byte)'u': SetAll(PopToMark()); break;

            case (byte)'q': memo[stream.ReadByte()] = Top(); break;
            case (byte)'r': memo[stream.ReadUInt32()] = Top(); break;
            case 0x94: memo[(uint)memo.Count] = Top(); break;                         // MEMOIZE
            case (byte)'h': Push(Recall(stream.ReadByte())); break;
            case (byte)'j': Push(Recall(stream.ReadUInt32())); break;

            case (byte)'c': Push(constructors.Find(stream.ReadLine(), stream.ReadLine())); break;
            case 0x93: FindByStack(); break;                                          // STACK_GLOBAL
            case (byte)'Q': Push(constructors.Storage(Pop())); break;                 // BINPERSID
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;

            default:
                throw Fault($"has the pickle operation 0x{operation:X2}", "those that tensors and dictionaries are made with");
        }
    }

    private void FindByStack()
    {
        var names = PopMany(2);
        Push(names is [string module, string name] ? constructors.Find(module, name) : throw Fault("names a class by no name", "text"));
    }

    private void Reduce()
    {
        var call = PopMany(2);
        Push(constructors.Call(call[0], call[1]));
    }

    private void Build()
    {
        // state_dict() hangs a _metadata attribute on its OrderedDict; attributes of a dictionary hold no weights.
        Pop();
        if (Top() is not PickleDictionary)
        {
            throw Fault("sets the state of an object", "none but a dictionary's");
        }
    }

    private void AppendAll(object?[] items) =>
        Filled(Top() as PickleList ?? throw Fault("appends to what is no list", "a list"), items);

    private void SetAll(object?[] items) =>
        Filled(Top() as PickleDictionary ?? throw Fault("sets items of what is no dictionary", "a dictionary"), items);

    private static PickleList Filled(PickleList list, object?[] items)
    {
        foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private PickleDictionary Filled(PickleDictionary dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Fault("sets a key without a value", "pairs");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Add(items[i], items[i + 1]);
        }

        return dictionary;
    }

    private object? Recall(uint index) =>
        memo.TryGetValue(index, out var value) ? value : throw Fault($"recalls item {index} that it never stored", "a whole file");

    private void Push(object? value) => stack.Add(value);

    private object? Pop() => PopMany(1)[0];

    private object? Top() => stack.Count > Floor ? stack[^1] : throw Underflow();

    private object?[] PopMany(int count)
    {
        if (stack.Count - count < Floor)
        {
            throw Underflow();
        }

        object?[] items = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        var items = PopMany(stack.Count - (marks.Count > 0 ? Floor : throw Underflow()));
        marks.Pop();
        return items;
    }

    // What lies below the last mark is out of reach until the mark is used up.
    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private InvalidWeightsException Underflow() => Fault("has a pickle that takes more than it put", "a whole file");

    private InvalidWeightsException Fault(string problem, string expected) => new(file, null, problem, expected);
}
