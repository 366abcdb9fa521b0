using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Recipes;

namespace Inkstone.Tracking.Wandb;

/// <summary>An offline run of W&amp;B, <c>wandb/offline-run-TIME-ID/run-ID.wandb</c> and what lies beside it.</summary>
/// <remarks>
/// W&amp;B counts the records of its history by itself (<c>_step</c>); the optimizer step is <c>train/global_step</c>, as Hugging
/// Face's Trainer has it.
/// </remarks>
internal sealed class WandbLog : ITracker
{
    private readonly TimeProvider time;
    private readonly WandbFile file;
    private readonly WandbFolder folder;
    private readonly DateTimeOffset started;
    private readonly JsonObject summary = [];
    private long records;
    private bool isFinished;

    /// <param name="run">The run; its folder's name is the name shown.</param>
    /// <param name="recipe">The run's configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="continueAfter">
    /// The step to go on after, in the newest offline run if that is sound and was not uploaded yet: records of later steps and of what follows
    /// training, the exit, and a record that a kill cut are taken away. Null starts a new one.
    /// </param>
    /// <param name="evaluationPending">Whether the evaluation behind that step will be made again, so that its record goes too.</param>
    public WandbLog(RunFolder run, Recipe recipe, TimeProvider time, long? continueAfter, bool evaluationPending = false)
    {
        this.time = time;
        if (continueAfter is { } step && WandbFolder.NewestToContinue(run.Wandb) is { } newest)
        {
            folder = newest;
            List<Record> kept = [.. Before(step, evaluationPending, WandbFile.Read(folder.RunFile))];
            started = kept.First(record => record.Run is not null).Run.StartTime.ToDateTimeOffset();
            foreach (var record in kept)
            {
                Recount(record);
            }

            file = WandbFile.Continue(folder.RunFile, folder.Id, kept);
            return;
        }

        started = time.GetUtcNow();
        var id = IdOf(run.Folder, started);
        var localTime = time.GetLocalNow().ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);
        folder = new(Path.Combine(run.Wandb, $"offline-run-{localTime}-{id}"), id);
        folder.Write(recipe, started);
        file = WandbFile.Create(folder.RunFile, id);
        file.Append(
            new() { Run = RunOf(id, run.Folder, recipe) },
            new() { Files = new() { Files = { WandbFolder.Uploaded.Select(name => new FilesItem { Path = name, Type = FilesItem.Types.FileType.Wandb }) } } });
    }

    public string Name => "wandb/";

    private double Runtime => (time.GetUtcNow() - started).TotalSeconds;

    public void StepLogged(StepRecord record) => Log(record.Step, TrackedNumbers.Of(record));

    public void Evaluated(EvaluationRecord record) => Log(record.Step, TrackedNumbers.Of(record));

    public void Finish(long step, Evaluation? evaluation)
    {
        if (evaluation is not null)
        {
            Log(step, TrackedNumbers.Of(evaluation));
        }

        Exit(0);
        folder.WriteSummary(summary);
    }

    /// <summary>Closes the run; one that did not finish leaves with exit code 1, so that W&amp;B shows it as failed.</summary>
    public void Dispose()
    {
        using (file)
        {
            if (!isFinished)
            {
                Exit(1);
            }
        }
    }

    /// <summary>The records up to the first that will come again, or the exit. A summary stands before the history that it belongs to.</summary>
    private static IEnumerable<Record> Before(long step, bool evaluationPending, IReadOnlyList<Record> records)
    {
        var kept = new KeptRecords(step, evaluationPending);
        Record? summary = null;
        foreach (var record in records.TakeWhile(record => record.Exit is null))
        {
            if (record.Summary is not null)
            {
                summary = record;
                continue;
            }

            if (record.History is { } history && !(GlobalStepOf(history) is { } of && kept.Take(of, [.. history.Item.Select(item => item.NestedKey[0])])))
            {
                yield break;
            }

            if (summary is not null)
            {
                yield return summary;
                summary = null;
            }

            yield return record;
        }
    }

    private static long? GlobalStepOf(HistoryRecord history) =>
        history.Item.FirstOrDefault(item => item.NestedKey is ["train/global_step"]) is { } item
            ? long.Parse(item.ValueJson, CultureInfo.InvariantCulture)
            : null;

    private void Log(long step, IEnumerable<KeyValuePair<string, double>> numbers)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        (string Key, string Json)[] items =
        [
            .. numbers.Select(number => (number.Key, Json(number.Value))),
            ("train/global_step", Json(step)), ("_timestamp", Json(now)), ("_runtime", Json(Runtime)), ("_step", Json(records)),
        ];

        var update = new Record { Summary = new() { Update = { items.Select(item => new SummaryItem { NestedKey = { item.Key }, ValueJson = item.Json }) } } };
        var history = new Record
        {
            History = new()
            {
                Item = { items.Select(item => new HistoryItem { NestedKey = { item.Key }, ValueJson = item.Json }) },
                Step = new() { Num = records },
            },
        };
        file.Append(update, history);
        Recount(update);
        Recount(history);
    }

    private void Exit(int code)
    {
        isFinished = true;
        file.Append(new Record { Exit = new() { ExitCode = code, Runtime = (int)Runtime } });
    }

    private void Recount(Record record)
    {
        records += record.History is null ? 0 : 1;
        foreach (var item in record.Summary?.Update.AsEnumerable() ?? [])
        {
            summary[item.NestedKey[0]] = JsonNode.Parse(item.ValueJson);
        }
    }

    private RunRecord RunOf(string id, string runFolder, Recipe recipe) => new()
    {
        RunId = id,
        Project = "inkstone",
        DisplayName = recipe.Tracking.RunName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(runFolder))),
        Host = Environment.MachineName,
        StartTime = Timestamp.FromDateTimeOffset(started),
        Config = new()
        {
            Update = { RecipeJson.Of(recipe).Select(section => new ConfigItem { Key = section.Key, ValueJson = section.Value!.ToJsonString(WandbFolder.Plain) }) },
        },
    };

    // Eight letters and digits that no other run of this project has.
    private static string IdOf(string runFolder, DateTimeOffset started)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{Environment.MachineName}\n{Path.GetFullPath(runFolder)}\n{started.Ticks}\n{Environment.ProcessId}")));
        return string.Concat(hash.Take(8).Select(each => Alphabet[each % Alphabet.Length]));
    }

    private static string Json(long number) => number.ToString(CultureInfo.InvariantCulture);

    // What W&B takes for the numbers that JSON lacks.
    private static string Json(double number) => number switch
    {
        double.NaN => "\"NaN\"",
        double.PositiveInfinity => "\"Infinity\"",
        double.NegativeInfinity => "\"-Infinity\"",
        _ => JsonSerializer.Serialize(number),
    };
}
