namespace Inkstone.Text.Corpora;

/// <summary>A data file that must stay as it is until it has been read to its end: rows of two states of a file belong to no data set.</summary>
internal sealed class DataFileStream : Stream
{
    private readonly FileStream file;
    private readonly string path;
    private readonly long length;
    private readonly DateTime written;

    private DataFileStream(FileStream file, string path)
    {
        this.file = file;
        this.path = path;
        (length, written) = file.CanSeek ? State() : default;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position { get => file.Position; set => file.Position = value; }

    /// <summary>Opens a file for reading from start to end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="readable">What would have been right, for the message.</param>
    /// <exception cref="InvalidDataFileException">It is missing, a folder, or may not be read.</exception>
    public static DataFileStream Open(string path, string readable)
    {
        try
        {
            return new DataFileStream(new FileStream(path, new FileStreamOptions
            {
                BufferSize = 0, Options = FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete,
            }), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string problem = e switch
            {
                _ when Directory.Exists(path) => "this is a folder",
                FileNotFoundException when path == "-" => "standard input is not read here",
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ => $"the file cannot be opened ({e.Message.TrimEnd('.')})",
            };
            throw new InvalidDataFileException(path, null, problem, readable, path == "-" ? "Write it to a file first." : "Check the path; a relative one starts at the current folder.", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataFileException">The end is reached, and the file is another one than at the start.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count = file.Read(buffer);
        if (count == 0 && !buffer.IsEmpty)
        {
            ThrowIfChanged();
        }

        return count;
    }

    /// <summary>Compares the file with what it was when it was opened, for readers that do not come to its end.</summary>
    /// <exception cref="InvalidDataFileException">They differ.</exception>
    public void ThrowIfChanged()
    {
        if (file.CanSeek && State() != (length, written))
        {
            throw DataFile.Changed(path);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private (long Length, DateTime Written) State() => (RandomAccess.GetLength(file.SafeFileHandle), File.GetLastWriteTimeUtc(file.SafeFileHandle));
}
