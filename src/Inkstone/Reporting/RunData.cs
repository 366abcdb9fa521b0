using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Reporting;

/// <summary>What the files of a run are like.</summary>
internal static class RunData
{
    /// <summary>
    /// The data report of the very files that a run read, as they lie on the disk: before cleaning, and before rows were held back.
    /// Null where they are not there any more, or not as they were: nothing is said of other rows.
    /// </summary>
    public static DataReport? ReportOf(RunRecord run, CancellationToken stop)
    {
        if (run.Recipe is not { } recipe || run.Environment?["data"] is not JsonArray files || !files.All(IsAsItWas) || !Directory.Exists(run.Best))
        {
            return null;
        }

        try
        {
            return DataReport.Of([.. Inputs(recipe.Data, stop)], WordPieceTokenizer.Load(run.Best), recipe.Model.NameOrPath ?? "the run's", cancellation: stop);
        }
        catch (Exception error) when (error is InvalidDataFileException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static IEnumerable<ReportInput> Inputs(DataOptions data, CancellationToken stop)
    {
        yield return Input("train", SplitFiles.TrainOf(data));
        if (SplitFiles.ValidationOf(data) is { } validation)
        {
            yield return Input("validation", validation);
        }

        if (SplitFiles.TestOf(data) is { } test)
        {
            yield return Input("test", test);
        }

        ReportInput Input(string name, SplitFiles files) =>
            new(files.ToString(), name, LabelledRows.ReadOptionsOf(data) with { Split = files.Split, Stop = stop }) { Source = reading => CorpusReader.Read(files.Paths, reading with { SetAside = reading.SetAside ?? (_ => { }) }) };
    }

    private static bool IsAsItWas(JsonNode? file)
    {
        if (file?["path"]?.ToString() is not { } path || !File.Exists(path))
        {
            return false;
        }

        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == file["sha256"]?.ToString();
    }
}
