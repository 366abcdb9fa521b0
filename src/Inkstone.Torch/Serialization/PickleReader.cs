namespace Inkstone.Torch.Serialization;

/// <summary>Opens <c>pytorch_model.bin</c>: a state dict as <c>torch.save</c> writes it since version 1.6.</summary>
/// <remarks>
/// A pickle is a program, and Python's own unpickler runs whatever it names. This one knows tensors, dictionaries and plain
/// values (see <see cref="PickleConstructors"/>); a file that names anything else is refused.
/// </remarks>
public static class PickleReader
{
    // A BERT's is 60 KB. The unpickled items take some 40 bytes for each byte of the worst program.
    private const int MaxPickleBytes = 16 << 20;

    /// <summary>Maps a file and reads its pickle; tensors that lie contiguous in it are read when touched.</summary>
    /// <param name="path">A zip archive with uncompressed entries, holding one dictionary from names to tensors.</param>
    /// <returns>The tensors, in the dictionary's order. Yours to dispose.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidWeightsException">
    /// The file is damaged, lies about its storages, is in the format of torch before 1.6, or wants to call code.
    /// </exception>
    public static WeightFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            WrongKindOfFile.Refuse(file);
            var archive = ZipDirectory.Read(file);
            var (prefix, program) = FindProgram(file, archive);
            var root = PickleMachine.Run(path, file.Slice(program.Offset, (int)program.Length)) as PickleDictionary
                ?? throw new InvalidWeightsException(path, null, "holds no dictionary", "a state dict");
            var views = new PickleTensorViews(file, archive, prefix);
            var tensors = new List<StoredTensor>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, value) in root.Pairs)
            {
                tensors.Add(Tensor(path, key, value, views));
                if (!names.Add(tensors[^1].Name))
                {
                    throw new InvalidWeightsException(path, tensors[^1].Name, "stands in the dictionary twice", "distinct names");
                }
            }

            return new WeightFile(path, tensors, new Dictionary<string, string>(), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static StoredTensor Tensor(string path, object? key, object? value, PickleTensorViews views) => (key, value) switch
    {
        (string name, PickleTensor tensor) => views.Open(name, tensor),
        (string name, _) => throw new InvalidWeightsException(
            path, null, $"holds {InvalidWeightsException.Quote(name)}, which is no tensor",
            "a plain state dict (of a training checkpoint, save its model's state dict alone)"),
        _ => throw new InvalidWeightsException(path, null, "has a key that is no text", "tensors by name"),
    };

    private static (string Prefix, ZipDirectory.Entry Program) FindProgram(MappedFile file, ZipDirectory archive)
    {
        const string ProgramName = "data.pkl", ByteOrderName = "byteorder";
        foreach (var (name, entry) in archive.Entries)
        {
            if (name != ProgramName && !name.EndsWith($"/{ProgramName}", StringComparison.Ordinal))
            {
                continue;
            }

            if (entry.Length > MaxPickleBytes)
            {
                throw new InvalidWeightsException(file.Path, null, $"has a pickle of {entry.Length} bytes", $"at most {MaxPickleBytes}");
            }

            var prefix = name[..^ProgramName.Length];
            if (archive.Entries.TryGetValue(prefix + ByteOrderName, out var order) && order.Length == 3
                && file.Slice(order.Offset, 3).SequenceEqual("big"u8))
            {
                throw new InvalidWeightsException(file.Path, null, "was written on a big-endian machine", "little-endian numbers");
            }

            return (prefix, entry);
        }

        throw new InvalidWeightsException(file.Path, null, $"is a zip archive without {ProgramName}", "what torch.save writes");
    }
}
