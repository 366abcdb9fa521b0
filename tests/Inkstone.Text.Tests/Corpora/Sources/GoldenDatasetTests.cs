using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Sources;

/// <summary>Everything that Hugging Face's datasets wrote is read as datasets itself reads it; ids of a ClassLabel come as its names.</summary>
public class GoldenDatasetTests
{
    private static readonly string[] Names = ["neg", "pos"];

    [Theory]
    [InlineData("save_to_disk", "train", "train")]
    [InlineData("save_to_disk", "validation", "validation")]
    [InlineData("save_to_disk", "test", "test")]
    [InlineData("save_to_disk", "dev", "validation")]
    [InlineData("save_to_disk/train", null, "train")]
    [InlineData("save_to_disk_many_batches", null, "train")]
    [InlineData("save_to_disk_sharded", null, "train")]
    [InlineData("save_to_disk_sharded/*.arrow", null, "train")]
    [InlineData("save_to_disk_string_labels", null, "string_labels")]
    [InlineData("save_to_disk_large_string", null, "string_labels")]
    [InlineData("hub", "train", "train")]
    [InlineData("hub", "validation", "validation")]
    [InlineData("hub", "test", "test")]
    [InlineData("parquet/train-none.parquet", null, "train")]
    [InlineData("parquet/train-snappy.parquet", null, "train")]
    [InlineData("parquet/train-gzip.parquet", null, "train")]
    [InlineData("parquet/train-zstd.parquet", null, "train")]
    public void Read_WhatDatasetsWrote_EqualsWhatDatasetsReads(string path, string? split, string expected)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Repo.Golden("datasets", "expected.json")));
        var rows = golden.RootElement.GetProperty(expected).EnumerateArray()
            .Select(row => (row[0].GetString()!, row[1].ValueKind == JsonValueKind.Number ? Names[row[1].GetInt32()] : row[1].GetString())).ToList();

        var read = CorpusReader.Read(Repo.Golden("datasets", path), new() { Split = split }).Select(row => (row.Text, row.Label)).ToList();

        read.ShouldBe(rows);
    }

    [Fact]
    public void Read_NullsAndMinusOne_AreUnlabelled()
    {
        var rows = CorpusReader.Read(Repo.Golden("datasets", "save_to_disk_nulls")).ToList();

        rows.Count.ShouldBe(50);
        rows.ShouldContain(row => row.Text == "");
        rows.ShouldContain(row => row.Label == null);
        rows.ShouldAllBe(row => row.Label == null || Names.Contains(row.Label));
        rows.Select(row => row.Line).ShouldBe(Enumerable.Range(1, 50));
    }

    [Theory]
    [InlineData("save_to_disk/train", CorpusFormat.Arrow)]
    [InlineData("parquet/train-zstd.parquet", CorpusFormat.Parquet)]
    public void Read_DeclaredNames_AreToldBeforeTheFirstRow(string path, CorpusFormat format)
    {
        var opened = new List<OpenedFile>();

        foreach (var row in CorpusReader.Read(Repo.Golden("datasets", path), new() { Opened = opened.Add }))
        {
            opened.Count.ShouldBe(1, row.Text);
        }

        opened[0].Format.ShouldBe(format);
        opened[0].Encoding.ShouldBeNull();
        opened[0].Columns.ShouldBe(["text", "label"]);
        opened[0].LabelNames.ShouldBe(Names);
    }
}
