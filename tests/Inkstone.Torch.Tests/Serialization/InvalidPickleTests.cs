using System.IO.Compression;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class InvalidPickleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("torch", "load")]
    [InlineData("torch", "UntypedStorage")]
    [InlineData("collections", "Counter")]
    public void Open_CallsCode_IsRefusedByName(string module, string name)
    {
        var byText = new PickleBytes().Global(module, name).Text("touch owned").Op('\u0085').Op('R').Op('.').ToArray();
        var byStack = new PickleBytes().Text(module).Text(name).Op('\u0093').Text("touch owned").Op('\u0085').Op('R').Op('.').ToArray();

        foreach (var program in new[] { byText, byStack })
        {
            Refusal(program).ShouldBe(
                $"{folder["bad.bin"]}: wants to call '{module}.{name}'; such files are not opened; expected nothing but tensors in dictionaries.");
        }
    }

    [Theory]
    [InlineData(new long[] { 7 }, new long[] { 1 }, 0, 6)]
    [InlineData(new long[] { 2 }, new long[] { 6 }, 0, 6)]
    [InlineData(new long[] { 2 }, new long[] { 1 }, 5, 6)]
    [InlineData(new long[] { 1 }, new long[] { 1 }, long.MaxValue, 6)]
    [InlineData(new long[] { 1000000 }, new long[] { 0 }, 0, 6)]
    [InlineData(new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, long.MaxValue, 6)]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, 1, 6)]
    public void Open_TensorBeyondItsStorage_IsRefused(long[] shape, long[] strides, long offset, long count) =>
        Refusal(PickleBytes.OneTensor(shape, strides, offset, count)).ShouldEndWith(
            $"tensor 'w' of shape [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset} does not fit its storage; expected 6 elements at most, as many as the storage has.");

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 1 }, 0)]
    [InlineData(new long[] { 2 }, new long[] { 1 }, -1)]
    [InlineData(new long[] { long.MaxValue, 3 }, new long[] { 0, 0 }, 0)]
    public void Open_ImpossibleView_IsRefused(long[] shape, long[] strides, long offset) =>
        Refusal(PickleBytes.OneTensor(shape, strides, offset)).ShouldContain("expected a stride for each size, and a countable place.");

    [Fact]
    public void Open_NegativeSizes_AreRefused()
    {
        Refusal(PickleBytes.OneTensor([-1], [1])).ShouldContain("whose sizes or strides are no numbers from 0");
        Refusal(PickleBytes.OneTensor([2], [-1])).ShouldContain("whose sizes or strides are no numbers from 0");
        Refusal(PickleBytes.OneTensor(new long[65], new long[65])).ShouldContain("has a tensor of 65 dimensions; expected at most 64");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Open_StorageThatClaimsMore_IsRefused(long count) =>
        Refusal(PickleBytes.OneTensor([1], [1], count: count)).ShouldEndWith(
            $"tensor 'w' lies in a storage of 24 bytes that claims {count} elements of Float32; expected both to agree.");

    [Theory]
    [InlineData("1")]
    [InlineData("../data.pkl")]
    [InlineData("")]
    public void Open_MissingStorage_IsRefused(string key) =>
        Refusal(PickleBytes.OneTensor([1], [1], key: key)).ShouldEndWith(
            $"tensor 'w' lies in storage '{key}', which the archive lacks; expected a whole file.");

    [Fact]
    public void Open_ManyBroadViewsOfLittle_AreRefusedBeforeTheyAreCopied()
    {
        var program = new PickleBytes().Op('}').Op('(');
        for (var i = 0; i < 2000; i++)
        {
            program.Text($"w{i}").Tensor([500, 2], [1, 500], 0, 1000, "FloatStorage", "0");
        }

        var path = folder.Write("broad.bin", PickleBytes.Archive(program.Op('u').Op('.').ToArray(), ("0", new byte[4000])));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidWeightsException>(() => PickleReader.Open(path)).Message.ShouldContain("would need more memory than the file");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20 * new FileInfo(path).Length);
    }

    [Fact]
    public void Open_ReferenceBomb_StaysSmall()
    {
        // t = (t, t), a million times: 2^1000000 leaves for whoever walks them.
        var program = new PickleBytes().Op(')');
        for (var i = 0; i < 1_000_000; i++)
        {
            program.Op('2').Op('\u0086');
        }

        Refusal(program.Op('.').ToArray()).ShouldEndWith("holds no dictionary; expected a state dict.");
    }

    [Fact]
    public void Open_DeepNesting_IsNoRecursion()
    {
        var program = new PickleBytes();
        for (var i = 0; i < 1_000_000; i++)
        {
            program.Op(']');
        }

        for (var i = 1; i < 1_000_000; i++)
        {
            program.Op('a');
        }

        Refusal(program.Op('.').ToArray()).ShouldEndWith("holds no dictionary; expected a state dict.");
    }

    [Fact]
    public void Open_ListInItself_Ends() =>
        Refusal(new PickleBytes().Op('}').Op('q', 0).Text("a").Op('h', 0).Op('s').Op('.').ToArray())
            .ShouldContain("holds 'a', which is no tensor; expected a plain state dict");

    public static TheoryData<string, byte[], string> BrokenPrograms() => new()
    {
        { "text beyond the end", new PickleBytes().Op('X', 255, 255, 255, 255).ToArray(), "that goes on for 4294967295 at byte 7" },
        { "text of 2^64 bytes", new PickleBytes().Op('\u008D', [.. Enumerable.Repeat((byte)255, 8)]).ToArray(), "goes on for 18446744073709551615" },
        { "frame of 2^63 bytes", new PickleBytes().Op('\u0095', 0, 0, 0, 0, 0, 0, 0, 128).ToArray(), "expected a whole file" },
        { "a long integer", new PickleBytes().Op('\u008A', 9, 1, 1, 1, 1, 1, 1, 1, 1, 1).ToArray(), "holds an integer of 9 bytes; expected at most 8" },
        { "no end", new PickleBytes().Op('}').ToArray(), "expected a whole file" },
        { "nothing on the stack", new PickleBytes().Op('.').ToArray(), "takes more than it put" },
        { "tuple of too few", new PickleBytes().Op('N').Op('\u0087').ToArray(), "takes more than it put" },
        { "tuple without a mark", new PickleBytes().Op('N').Op('t').ToArray(), "takes more than it put" },
        { "below the mark", new PickleBytes().Op('N').Op('(').Op('0').ToArray(), "takes more than it put" },
        { "unknown memory", new PickleBytes().Op('j', 255, 255, 255, 255).ToArray(), "recalls item 4294967295 that it never stored" },
        { "stores nothing", new PickleBytes().Op('r', 255, 255, 255, 255).ToArray(), "takes more than it put" },
        { "a key without value", new PickleBytes().Op('}').Op('(').Op('N').Op('u').ToArray(), "sets a key without a value" },
        { "appends to a dictionary", new PickleBytes().Op('}').Op('N').Op('a').ToArray(), "appends to what is no list" },
        { "sets items of a list", new PickleBytes().Op(']').Op('N').Op('N').Op('s').ToArray(), "sets items of what is no dictionary" },
        { "calls a text", new PickleBytes().Text("system").Op(')').Op('R').ToArray(), "calls what is no function" },
        { "builds on a tuple", new PickleBytes().Op(')').Op('}').Op('b').ToArray(), "sets the state of an object" },
        { "new object", new PickleBytes().Op('\u0081').ToArray(), "has the pickle operation 0x81; expected those that tensors and dictionaries are made with" },
        { "instance", new PickleBytes().Op('i', [.. "os\nsystem\n"u8]).ToArray(), "has the pickle operation 0x69" },
        { "extension", new PickleBytes().Op('\u0082', 1).ToArray(), "has the pickle operation 0x82" },
        { "text persistent id", new PickleBytes().Op('P', [.. "x\n"u8]).ToArray(), "has the pickle operation 0x50" },
        { "other persistent id", new PickleBytes().Text("module").Op('Q').ToArray(), "refers to something that is no storage" },
        { "OrderedDict of a list", new PickleBytes().Global("collections", "OrderedDict").Op(']').Op('\u0085').Op('R').ToArray(), "calls collections.OrderedDict with other arguments than torch gives" },
        { "tensor of nothing", new PickleBytes().Global("torch._utils", "_rebuild_tensor_v2").Op(')').Op('R').ToArray(), "calls torch._utils._rebuild_tensor_v2 with other arguments" },
        { "text that is no UTF-8", new PickleBytes().Op('X', 2, 0, 0, 0, 0xC3, 0x28).ToArray(), "holds text that is not UTF-8" },
        { "class without an end", new PickleBytes().Op('c', [.. Enumerable.Repeat((byte)'a', 5000)]).ToArray(), "names a class without an end; expected a line of at most 1024 bytes" },
        { "key that is no text", new PickleBytes().Op('}').Op('N').Op('N').Op('s').Op('.').ToArray(), "has a key that is no text" },
        { "training checkpoint", new PickleBytes().Op('}').Text("epoch").Op('K', 3).Op('s').Op('.').ToArray(), "holds 'epoch', which is no tensor; expected a plain state dict (of a training checkpoint, save its model's state dict alone)" },
        { "one name twice", new PickleBytes().Op('}').Text("w").Tensor([1], [1], 0, 6, "FloatStorage", "0").Op('s').Text("w").Tensor([1], [1], 0, 6, "FloatStorage", "0").Op('s').Op('.').ToArray(), "tensor 'w' stands in the dictionary twice" },
    };

    [Theory]
    [MemberData(nameof(BrokenPrograms))]
    public void Open_BrokenProgram_SaysWhat(string what, byte[] program, string sentence) =>
        Refusal(program).ShouldContain(sentence, customMessage: what);

    [Fact]
    public void Open_FormatBeforeTorch16_SaysHowToConvert()
    {
        byte[] legacy = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 0x02, 0x4D];
        var path = folder.Write("old.bin", legacy);

        Should.Throw<InvalidWeightsException>(() => PickleReader.Open(path)).Message.ShouldBe(
            $"{path}: is in torch's format from before version 1.6; expected the zip format; in Python: torch.save(torch.load(path, map_location='cpu'), path).");
    }

    [Fact]
    public void Open_StrangeArchives_AreRefused()
    {
        RefusalOf(new byte[100]).ShouldEndWith("is no zip archive; expected what torch.save writes (is the download complete?).");
        RefusalOf(Zip(("readme.txt", [1], CompressionLevel.NoCompression))).ShouldContain("is a zip archive without data.pkl");
        RefusalOf(Zip(("m/data.pkl", new byte[5000], CompressionLevel.Optimal))).ShouldContain("has the compressed or encrypted entry 'm/data.pkl'");
        RefusalOf(Zip(("m/data.pkl", [1], CompressionLevel.NoCompression), ("m/byteorder", [.. "big"u8], CompressionLevel.NoCompression)))
            .ShouldContain("was written on a big-endian machine");
        RefusalOf(Zip(("m/data.pkl", new byte[(16 << 20) + 1], CompressionLevel.NoCompression))).ShouldContain("has a pickle of 16777217 bytes");
    }

    [Fact]
    public void Open_TruncatedArchives_AreRefused()
    {
        var whole = PickleBytes.Archive(PickleBytes.OneTensor([6], [1]), ("0", new byte[24]));
        for (var length = 0; length < whole.Length; length++)
        {
            RefusalOf(whole[..length]);
        }
    }

    [Fact]
    public void Open_MutatedPickles_ThrowsNothingElse() => Mutate(wholeArchive: false, rounds: 2500);

    [Fact]
    public void Open_MutatedArchives_ThrowsNothingElse() => Mutate(wholeArchive: true, rounds: 2500);

    private void Mutate(bool wholeArchive, int rounds)
    {
        var random = new System.Random(19970701);
        var program = new PickleBytes().Global("collections", "OrderedDict").Op(')').Op('R').Op('q', 1).Op('(')
            .Text("a").Tensor([2, 3], [3, 1], 0, 6, "FloatStorage", "0").Op('q', 2).Text("b").Op('h', 2)
            .Text("c").Tensor([3, 2], [1, 3], 0, 6, "FloatStorage", "0").Text("d").Tensor([4], [1], 8, 12, "HalfStorage", "1")
            .Op('u').Op('}').Text("_metadata").Op('h', 1).Op('s').Op('b').Op('.').ToArray();
        (string, byte[])[] storages = [("0", new byte[24]), ("1", new byte[24])];
        var archive = PickleBytes.Archive(program, storages);
        var opened = 0;
        for (var round = 0; round < rounds; round++)
        {
            var mutant = wholeArchive
                ? Mutation.Apply(archive, archive.Length, random)
                : PickleBytes.Archive(Mutation.Apply(program, program.Length, random), storages);
            var path = folder.Write("mutant.bin", mutant);
            opened += Mutation.OpensOrIsRefused(PickleReader.Open, path, mutant.Length, round) ? 1 : 0;
        }

        opened.ShouldBeInRange(1, rounds - 500);
    }

    private static byte[] Zip(params (string Name, byte[] Content, CompressionLevel Level)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content, level) in entries)
            {
                PickleBytes.Add(archive, name, content, level);
            }
        }

        return stream.ToArray();
    }

    private string Refusal(byte[] program) => RefusalOf(PickleBytes.Archive(program, ("0", new byte[24])));

    private string RefusalOf(byte[] content)
    {
        var path = folder.Write("bad.bin", content);
        return Should.Throw<InvalidWeightsException>(() => PickleReader.Open(path)).Message;
    }
}
