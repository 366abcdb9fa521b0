using System.Runtime.InteropServices;

namespace Inkstone.Preparing;

/// <summary>What is known of a row once its text is encoded, beside its ids.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EncodedRow
{
    /// <summary>Stands for its cleaned text, or pair.</summary>
    public UInt128 Text;

    /// <summary>Where its document's record begins.</summary>
    public long Offset;

    /// <summary>Tokens that go through the model.</summary>
    public int Tokens;

    /// <summary>Place in <see cref="EncodedFileHeader.Labels"/>, or -1.</summary>
    public int Label;

    /// <summary>Place in <see cref="EncodedFileHeader.Groups"/>, or -1.</summary>
    public int Group;

    /// <summary>Place in <see cref="EncodedFileHeader.Files"/>.</summary>
    public int File;

    /// <summary>Line in that file, from 1.</summary>
    public int Line;

    /// <summary>1 where the model does not see all of the text.</summary>
    public byte Truncated;
}
