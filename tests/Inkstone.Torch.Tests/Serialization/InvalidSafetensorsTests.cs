using System.Text;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class InvalidSafetensorsTests : IDisposable
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[0,8]", "[1,9]", "tensor 'b' begins at byte 8, where another tensor lies; expected no overlap.|tensor 'a' begins at byte 1, but nothing fills the bytes from 0; expected no holes.")]
    [InlineData("[8,10]", "[7,9]", "tensor 'b' begins at byte 7, where another tensor lies; expected no overlap.")]
    [InlineData("[0,8]", "[-8,0]", "tensor 'a' has data_offsets with an entry that counts nothing; expected whole numbers from 0 to 2^63-1.")]
    [InlineData("[0,8]", "[8,0]", "tensor 'a' lies from byte 8 to byte 0; expected an end behind the beginning.")]
    [InlineData("[8,10]", "[9,11]", "tensor 'b' ends at byte 11 of the data; expected at most 10, where the file ends.")]
    [InlineData("[8,10]", "[8,9223372036854775807]", "tensor 'b' ends at byte 9223372036854775807 of the data; expected at most 10, where the file ends.")]
    [InlineData("[8,10]", "[8,9223372036854775808]", "tensor 'b' has data_offsets with an entry that counts nothing; expected whole numbers from 0 to 2^63-1.")]
    [InlineData("[0,8]", "[0,8,8]", "tensor 'a' has data_offsets of more than 2 entries; expected at most 2.")]
    [InlineData("[0,8]", "[0]", "tensor 'a' is described incompletely; expected dtype, shape and two data_offsets.")]
    [InlineData("[0,8]", "8", "tensor 'a' has data_offsets that is no list; expected a list of numbers.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[3],\"data_offsets\":[0,8]", "tensor 'a' has shape [3] of F32, but takes 8 bytes; expected shape and bytes to agree.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]", "tensor 'a' has shape [4611686018427387904, 4] of F32, but takes 8 bytes; expected shape and bytes to agree.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]", "tensor 'a' has shape [4611686018427387904, 4, 0] of F32, but takes 0 bytes; expected shape and bytes to agree.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[-2],\"data_offsets\":[0,8]", "tensor 'a' has shape with an entry that counts nothing; expected whole numbers from 0 to 2^63-1.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[2.0],\"data_offsets\":[0,8]", "tensor 'a' has shape with an entry that counts nothing; expected whole numbers from 0 to 2^63-1.")]
    [InlineData("F32", "F8_E4M3", "tensor 'a' has dtype 'F8_E4M3'; expected F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.")]
    [InlineData("\"F32\"", "32", "tensor 'a' has dtype ''; expected F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.")]
    [InlineData("\"b\"", "\"a\"", "tensor 'a' stands in the header twice; expected distinct names.")]
    [InlineData("\"b\"", "\"\\u0061\"", "tensor 'a' stands in the header twice; expected distinct names.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,8]", "\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]", "tensor 'a' is described by 'shape', unknown or given twice; expected dtype, shape and data_offsets, each once.")]
    [InlineData("\"shape\":[2],\"data_offsets\":[8,10]", "\"shape\":[2]", "tensor 'b' is described incompletely; expected dtype, shape and two data_offsets.")]
    [InlineData("{\"a\":", "{\"__metadata__\":{\"n\":1},\"a\":", "has __metadata__ in which 'n' is no text or stands twice; expected one text under every key.")]
    [InlineData("{\"a\":", "{\"__metadata__\":\"pt\",\"a\":", "tensor '__metadata__' is described by something else than an object; expected dtype, shape and data_offsets.")]
    [InlineData("{\"a\":", "{\"a\":[[[[[", "has a header that is no valid JSON; expected the header of a safetensors file.|tensor 'a' is described by something else than an object; expected dtype, shape and data_offsets.")]
    [InlineData("{\"a\":", "[", "has a header that is no JSON object; expected an object of tensors.")]
    [InlineData("}}", "}", "has a header that is no valid JSON; expected the header of a safetensors file.")]
    [InlineData("}}", "}}x", "has a header that is no valid JSON; expected the header of a safetensors file.")]
    [InlineData("\"b\"", "\"\\ud800\"", "has a header that is no valid JSON; expected the header of a safetensors file.")]
    public void Open_LyingHeader_SaysWhereAndWhat(string right, string wrong, string sentences)
    {
        var path = folder.Write("lie.safetensors", SafetensorsBytes.File(Replaced(right, wrong), 10));

        var message = Should.Throw<InvalidWeightsException>(() => SafetensorsReader.Open(path)).Message;

        sentences.Split('|').Select(sentence => $"{path}: {sentence}").ShouldContain(message);
    }

    [Theory]
    [InlineData(9, "ends at byte 10 of the data; expected at most 9, where the file ends.")]
    [InlineData(11, "has 11 bytes of data, of which its tensors take 10; expected tensors up to the end.")]
    public void Open_DataOfAnotherLength_IsRefused(int dataLength, string sentence) =>
        Refusal(SafetensorsBytes.File(Good, dataLength)).ShouldEndWith(sentence);

    [Theory]
    [InlineData(100_000_001UL, "claims a header of 100000001 bytes; expected at most 100000000.")]
    [InlineData(ulong.MaxValue, "claims a header of 18446744073709551615 bytes; expected at most 100000000.")]
    [InlineData(9_000UL, "claims a header of 9000 bytes but has ")]
    public void Open_GiantHeaderLength_IsRefused(ulong claimed, string sentence) =>
        Refusal(SafetensorsBytes.File(Good, 10, claimed)).ShouldContain(sentence);

    [Fact]
    public void Open_GiantHeaderLength_AllocatesLittle()
    {
        var path = folder.Write("giant.safetensors", SafetensorsBytes.File(Good, 10, 99_999_999));
        Should.Throw<InvalidWeightsException>(() => SafetensorsReader.Open(path));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidWeightsException>(() => SafetensorsReader.Open(path));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData(0, "is empty; expected a file of weights.")]
    [InlineData(7, "ends after 7 bytes; expected 8 bytes with the header's length.")]
    [InlineData(8, "expected a whole file (is the download complete?).")]
    [InlineData(60, "expected a whole file (is the download complete?).")]
    public void Open_TruncatedFile_IsRefused(int length, string sentence) =>
        Refusal(SafetensorsBytes.File(Good, 10)[..length]).ShouldEndWith(sentence);

    [Fact]
    public void Open_DeepNesting_IsRefused() =>
        Refusal(SafetensorsBytes.File("{\"a\":{\"dtype\":" + new string('[', 1_000_000), 0)).ShouldContain("tensor 'a' has dtype");

    [Fact]
    public void Open_ManyDimensions_IsRefused() =>
        Refusal(SafetensorsBytes.File(Replaced("\"shape\":[2],\"data_offsets\":[0,8]",
            $"\"shape\":[2{string.Concat(Enumerable.Repeat(",1", 64))}],\"data_offsets\":[0,8]"), 10))
            .ShouldEndWith("tensor 'a' has shape of more than 64 entries; expected at most 64.");

    [Fact]
    public void Open_NameWithControlCharacters_ShowsNone()
    {
        var message = Refusal(SafetensorsBytes.File(Replaced("\"a\":{\"dtype\":\"F32\"", $"\"\\u001b[31m{new string('x', 1000)}\":{{\"dtype\":\"?\""), 10));

        message.ShouldNotContain('\u001b');
        message.Length.ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "is a Git LFS pointer, not the weights; expected the file itself (run: git lfs pull).")]
    [InlineData("<!doctype html><html>", "is a web page, not the weights; expected the file itself (was a login needed to download it?).")]
    public void Open_KnownStranger_SaysWhatItIs(string content, string sentence) =>
        Refusal(Encoding.UTF8.GetBytes(content)).ShouldEndWith(sentence);

    [Fact]
    public void Open_MutatedHeaders_ThrowsNothingElse()
    {
        var random = new System.Random(20240607);
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, SampleTensors.Many(12));
        var original = stream.ToArray();
        var headerEnd = 8 + BitConverter.ToInt32(original);
        var opened = 0;
        for (var round = 0; round < 2500; round++)
        {
            var mutant = Mutation.Apply(original, headerEnd, random);
            var path = folder.Write("mutant.safetensors", mutant);

            opened += Mutation.OpensOrIsRefused(SafetensorsReader.Open, path, mutant.Length, round) ? 1 : 0;
        }

        opened.ShouldBeInRange(1, 2000);
    }

    private static string Replaced(string right, string wrong)
    {
        var at = Good.IndexOf(right, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0, right);
        return Good[..at] + wrong + Good[(at + right.Length)..];
    }

    private string Refusal(byte[] content)
    {
        var path = folder.Write("refused.safetensors", content);
        return Should.Throw<InvalidWeightsException>(() => SafetensorsReader.Open(path)).Message;
    }
}
