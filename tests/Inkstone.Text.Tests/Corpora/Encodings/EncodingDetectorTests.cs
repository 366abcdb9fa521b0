using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Encodings;

public class EncodingDetectorTests
{
    private static readonly int[] Lengths = [20, 21, 24, 28, 33, 40, 60, 100, 200, 500, 1000, 3000];
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Read_FilesOfSampleTextsInEveryEncoding_AreReadRightInAtLeast999Of1000()
    {
        var wrong = new List<string>();
        int files = 0;
        foreach (string sample in new[] { "emotion", "sentiment" })
        {
            var texts = CorpusReader.Read(Path.Combine(Repo.Root, "data", "samples", sample, "train.csv")).Select(row => row.Text.ReplaceLineEndings(" ")).ToList();
            foreach (int length in Lengths)
            {
                for (int cut = 0; cut < 12; cut++)
                {
                    var rows = Cut(texts, cut * texts.Count / 12, length);
                    foreach (var (form, content) in Forms(rows))
                    {
                        foreach (var (encoding, bytes) in SomeEncoding.InAll(content))
                        {
                            files++;
                            if (!ReadsAs(form, bytes, SomeEncoding.Expected(encoding, content), out string found))
                            {
                                wrong.Add($"{sample}, {length} characters from {cut}, {form}: {encoding} was read as {found}: {content[..Math.Min(40, content.Length)]}");
                            }
                        }
                    }
                }
            }
        }

        files.ShouldBeGreaterThan(5_000);
        wrong.Count.ShouldBeLessThanOrEqualTo(files / 1000, $"{wrong.Count} of {files}:\n{string.Join('\n', wrong.Take(30))}");
    }

    [Theory]
    [InlineData("café crème brûlée, naïve façade", "utf-8")]
    [InlineData("Привет, как дела? Все хорошо.", "utf-8")]
    [InlineData("今日は天気がいいですね。", "utf-8")]
    [InlineData("오늘 날씨가 정말 좋네요", "utf-8")]
    [InlineData("好😀", "utf-8")]
    [InlineData("今天😀心情𠮷好，鿫也能写", "gb18030")]
    public void Read_OtherScriptsAndCharactersOfFourBytes_AreReadRight(string text, string encoding)
    {
        byte[] content = SomeEncoding.Of(encoding).GetBytes(text + "\n");

        var opened = new List<OpenedFile>();
        var rows = SomeFile.Read("a.txt", content, new ReadOptions { Opened = opened.Add });

        rows.Single().Text.ShouldBe(text);
        opened.Single().Encoding.ShouldBe(encoding);
    }

    [Fact]
    public void Read_Latin1_IsNeverUtf16()
    {
        byte[] content = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 30).Select(i => $"Der Käse schmeckt Müller überhaupt nicht, Größe {i}\n")));
        var opened = new List<OpenedFile>();

        try
        {
            SomeFile.Read("a.txt", content, new ReadOptions { Opened = opened.Add, SetAside = _ => { } });
        }
        catch (InvalidDataFileException)
        {
            // No encoding that is told here is right: refusing it is as good.
        }

        opened.ShouldAllBe(file => !file.Encoding!.StartsWith("utf-16", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_BinaryContent_IsRefused(int seed)
    {
        // Numbers of four bytes between random ones, as binary tables have them.
        var random = new Random(seed);
        byte[] content = new byte[4096];
        random.NextBytes(content);
        for (int i = 0; i < content.Length; i += 8)
        {
            BitConverter.TryWriteBytes(content.AsSpan(i, 4), random.Next(0, 5000));
        }

        content[0] = 0x90;

        SomeFile.Fault("a.bin", content).Problem.ShouldMatch("no text");
    }

    [Fact]
    public void Read_FileWithOneDamagedRow_KeepsItsEncoding()
    {
        string[] texts = [.. Enumerable.Range(0, 30).Select(i => $"第{i}句，今天的天氣不好")];
        foreach (string encoding in SomeEncoding.Names)
        {
            var encoder = SomeEncoding.Of(encoding);
            byte[] damaged = encoding.StartsWith("utf-16le", StringComparison.Ordinal) ? [0x3D, 0xD8] : encoding == "utf-16be" ? [0xD8, 0x3D] : [0xFF];
            byte[] content = [.. encoder.GetBytes(string.Join('\n', texts[..15]) + "\n坏"), .. damaged, .. encoder.GetBytes("了\n" + string.Join('\n', texts[15..]))];
            var aside = new List<SetAsideRecord>();
            var opened = new List<OpenedFile>();

            var rows = SomeFile.Read("a.txt", content, new ReadOptions { SetAside = aside.Add, Opened = opened.Add });

            opened.Single().Encoding.ShouldBe(encoding);
            rows.Select(row => row.Text).ShouldBe(texts);
            rows.Select(row => row.Line).ShouldBe([.. Enumerable.Range(1, 15), .. Enumerable.Range(17, 15)]);
            aside.Single().ShouldBe(new("a.txt", 16, encoding == "utf-8" ? "the byte 0xFF is no UTF-8" : $"bytes stand here that do not decode as {encoding}"));
        }
    }

    private static List<string> Cut(List<string> texts, int from, int characters)
    {
        var rows = new List<string>();
        for (int i = from; characters > 0; i++)
        {
            string text = texts[i % texts.Count];
            int length = Math.Min(characters, text.Length);
            length -= length > 0 && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
            rows.Add(text[..length]);
            characters -= Math.Max(length, 1);
        }

        return [.. rows.Where(row => row.Length > 0)];
    }

    private static IEnumerable<(string Name, string Content)> Forms(List<string> texts)
    {
        yield return ("a.txt", string.Join('\n', texts));
        yield return ("a.csv", "text,label\n" + string.Concat(texts.Select((text, i) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{i % 2}\n")));
        yield return ("a.jsonl", string.Concat(texts.Select(text => JsonSerializer.Serialize(new { text }, Plain) + "\n")));
    }

    private static bool ReadsAs(string name, byte[] bytes, string expected, out string found)
    {
        string encoding = "?";
        try
        {
            var told = SomeFile.Read(name, Encoding.UTF8.GetBytes(expected), new ReadOptions { Encoding = "utf-8" }).Select(row => row.Text);
            var rows = SomeFile.Read(name, bytes, new ReadOptions { Opened = file => encoding = file.Encoding! });
            found = encoding;
            return rows.Select(row => row.Text).SequenceEqual(told);
        }
        catch (InvalidDataFileException e)
        {
            found = $"{encoding} ({e.Problem})";
            return false;
        }
    }
}
