namespace Inkstone.Torch.Serialization;

/// <summary>What often stands where weights should: recognised, so that the message can say what to do.</summary>
internal static class WrongKindOfFile
{
    // The number that the first item of torch's older format pickles, with the pickle's own head and tail.
    private static ReadOnlySpan<byte> TorchBefore16 =>
        [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E];

    /// <exception cref="InvalidWeightsException">The file is of a known kind that is no weight file.</exception>
    public static void Refuse(MappedFile file)
    {
        var start = file.Slice(0, (int)Math.Min(file.Length, 64));
        if (start.StartsWith("version https://git-lfs"u8))
        {
            throw new InvalidWeightsException(
                file.Path, null, "is a Git LFS pointer, not the weights", "the file itself (run: git lfs pull)");
        }

        if (start.StartsWith("<!DOCTYPE"u8) || start.StartsWith("<!doctype"u8) || start.StartsWith("<html"u8))
        {
            throw new InvalidWeightsException(
                file.Path, null, "is a web page, not the weights", "the file itself (was a login needed to download it?)");
        }

        if (start.StartsWith(TorchBefore16))
        {
            throw new InvalidWeightsException(
                file.Path, null, "is in torch's format from before version 1.6",
                "the zip format; in Python: torch.save(torch.load(path, map_location='cpu'), path)");
        }
    }
}
