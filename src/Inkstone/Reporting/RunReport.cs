using System.Text;
using Inkstone.Recipes;
using Inkstone.Reporting.Cards;
using Inkstone.Reporting.Findings;
using Inkstone.Reporting.Html;
using Inkstone.Torch.Serialization;

namespace Inkstone.Reporting;

/// <summary>What runs tell their owner, and whoever gets the model.</summary>
public static class RunReport
{
    /// <summary>The page's name in the run's folder.</summary>
    public const string PageName = "report.html";

    /// <summary>The card's name, in the run's folder and in its best checkpoint's.</summary>
    public const string CardName = "README.md";

    /// <summary>The name of what several runs teach.</summary>
    public const string FindingsName = "findings.md";

    /// <summary>
    /// Reads a run's files and writes into it <c>report.html</c>, one file that needs nothing else, and the model card <c>README.md</c>, which
    /// goes into <c>best/</c> too. A card that somebody changed is left as it is.
    /// </summary>
    /// <param name="folder">The run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Told which card was left as it is.</param>
    /// <param name="stop">Ends the work between two rows.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidRunException">The folder is no run, or a file of it is damaged.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static RunRecord Write(string folder, TimeProvider time, Action<string> notice, CancellationToken stop = default)
    {
        var run = RunRecord.Read(folder);                                                        // the run's files -> one record
        var data = RunData.ReportOf(run, stop);                                                  // the files it learnt from, if they are as they were
        Save(Path.Combine(folder, PageName), RunPage.Write(run, data, time.GetLocalNow()));      // report.html
        var card = ModelCard.Write(run);
        foreach (var place in new[] { folder, run.Best }.Where(Directory.Exists))
        {
            var path = Path.Combine(place, CardName);
            if (!CardFile.Write(path, card))
            {
                notice($"{path} was changed by hand and is left as it is; remove it to have it written anew.");
            }
        }

        return run;
    }

    /// <summary>What <see cref="Write"/> does, at the end of a training that succeeded: whatever goes wrong is said, and the run is none the worse for it.</summary>
    internal static void WriteAtEnd(Recipe recipe, string folder, TimeProvider time, Action<string> notice)
    {
        if (!recipe.Evaluation.Report)
        {
            return;
        }

        try
        {
            Write(folder, time, notice);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            notice($"WARNING: the report was not written: {error.Message.TrimEnd('.')}. The run is whole; to write it later: inkstone report {folder}");
        }
    }

    /// <summary>Writes <c>findings.md</c>: what runs teach that were judged on the same rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runs">At least one.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void WriteFindings(string path, IReadOnlyList<RunRecord> runs) => Save(path, FindingsText.Write(runs));

    internal static void Save(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
