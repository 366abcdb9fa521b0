using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public sealed class DataFileStreamTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_FileGrowsOrShrinksMeanwhile_SaysSo(bool grows)
    {
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("{\"text\": \"这家酒店的服务态度很好\"}\n", 50_000)));

        Should.Throw<InvalidDataFileException>(() =>
        {
            foreach (var _ in CorpusReader.Read(path).Take(1..).Index().Where(row => row.Index == 100))
            {
                using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                writer.SetLength(grows ? writer.Length + 10 : writer.Length / 2);
            }
        }).Message.ShouldBe($"{path}: the file changed while it was read; expected a file that nobody writes to. Wait until it is complete, or work on a copy.");
    }

    /// <summary>Neither is read to its last byte: an Arrow stream ends at a mark, and DuckDB reads a parquet file by itself.</summary>
    [Theory]
    [InlineData("save_to_disk_nulls/data-00000-of-00001.arrow")]
    [InlineData("parquet/train-none.parquet")]
    public void Read_BinaryFileWrittenMeanwhile_SaysSo(string name)
    {
        File.Copy(Repo.Golden("datasets", name), path);

        Should.Throw<InvalidDataFileException>(() =>
        {
            foreach (var _ in CorpusReader.Read(path).Index().Where(row => row.Index == 0))
            {
                File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
            }
        }).Message.ShouldBe($"{path}: the file changed while it was read; expected a file that nobody writes to. Wait until it is complete, or work on a copy.");
    }

    public void Dispose() => File.Delete(path);
}
