using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Inkstone.Checkpoints;
using Inkstone.Pretraining.Corpus;
using Inkstone.Torch.Serialization;

namespace Inkstone.Pretraining;

/// <summary>
/// Where a pre-training run keeps what it makes: <c>model/</c> to use, <c>last/</c> to go on from, <c>log.csv</c>, <c>tensorboard/</c>, and
/// <c>pretraining.json</c> with its options. One process has it at a time.
/// </summary>
public sealed class PretrainFolder : IDisposable
{
    /// <summary>Marks a folder as a pre-training run.</summary>
    public const string OptionsName = "pretraining.json";

    /// <summary>In the state: whether the rate has begun to fall.</summary>
    internal const string Decays = "decays";

    private const string LockName = "run.lock";
    private const string FinishedName = "finished";
    private const string ResultName = "result";

    // What nothing that is learnt hangs on.
    private static readonly string[] Free = ["save_steps", "save_minutes", "eval_steps", "logging_steps", "report_to", "save_dtype"];

    // What a constant rate does not know of, until it falls.
    private static readonly string[] Budget = ["max_steps", "epochs", "max_hours", "decay_ratio"];

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly JsonSerializerOptions OneLine = new(Json) { WriteIndented = false };

    private JsonObject content = [];
    private LockFile? held;

    private PretrainFolder(string folder, bool resumes) => (Folder, Resumes) = (folder, resumes);

    /// <summary>The folder itself.</summary>
    public string Folder { get; }

    /// <summary>Whether the run began in another process already.</summary>
    public bool Resumes { get; }

    /// <summary>Whether a run that is resumed shall end at another time than it was to.</summary>
    internal bool ChangesBudget { get; private set; }

    /// <summary>The model to use, in the precision that was asked for.</summary>
    public string Model => Path.Combine(Folder, "model");

    /// <summary>The float32 weights and all else to go on from.</summary>
    public string Last => Path.Combine(Folder, "last");

    /// <summary>Steps and looks at the held-out texts, row by row.</summary>
    public string Log => Path.Combine(Folder, "log.csv");

    /// <summary>TensorBoard's event files.</summary>
    public string TensorBoard => Path.Combine(Folder, "tensorboard");

    private string OptionsPath => Path.Combine(Folder, OptionsName);

    private string LockPath => Path.Combine(Folder, LockName);

    /// <summary>Plans a folder; nothing is written yet.</summary>
    /// <exception cref="RunFolderTakenException">It exists and is not empty: nothing in it is touched. Or it cannot be made.</exception>
    public static PretrainFolder At(string folder)
    {
        RunFolder.ThrowIfTaken(folder);
        return NewFolder.WhyImpossible(folder) is not { } reason ? new(folder, resumes: false)
            : throw RunFolderTakenException.Impossible(folder, reason);
    }

    /// <summary>Takes the folder of a run that was interrupted or killed, and cleans up behind it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="options">What to do: the same as then, but for when to end, save, judge and report.</param>
    /// <exception cref="ResumeException">It is no run, or an option is another.</exception>
    /// <exception cref="RunFinishedException">It came to its end, and shall not be made longer.</exception>
    /// <exception cref="RunFolderTakenException">Another process writes it.</exception>
    public static PretrainFolder ToResume(string folder, PretrainOptions options)
    {
        var run = new PretrainFolder(folder, resumes: true) { content = ContentOf(folder) };
        run.ThrowIfChanged(options);
        if (run.content.ContainsKey(FinishedName) && !run.ChangesBudget)
        {
            throw new RunFinishedException(folder);
        }

        run.held = LockFile.TryTake(run.LockPath) ?? throw RunFolderTakenException.InUse(folder);
        AtomicFolder.RemoveLeftovers(folder);
        return run;
    }

    /// <summary>The options that a run began with.</summary>
    /// <exception cref="ResumeException">It is no run.</exception>
    public static PretrainOptions OptionsOf(string folder) => OptionsIn(ContentOf(folder), folder);

    /// <summary>Where a folder's most exact weights are: in a pre-training run those to go on from, else where a classifier would look.</summary>
    internal static string WeightsOf(string nameOrPath) => File.Exists(Path.Combine(nameOrPath, OptionsName)) ? Path.Combine(nameOrPath, "last") : nameOrPath;

    /// <summary>Why another run cannot take over the optimizer of this one, and what to do; null where it can.</summary>
    internal static string? ProblemOfOptimizer(string run)
    {
        if (!File.Exists(Path.Combine(run, OptionsName)))
        {
            return $"{run} is none; give the run's folder, which holds {OptionsName}.";
        }

        var last = Path.Combine(run, "last");
        return !AtomicFolder.Exists(last) ? $"{run} ended before its first save, so it has none; go on with it first: inkstone pretrain --resume {run}"
            : Checksums.FirstDamaged(last) is { } damaged ? $"{damaged.Path} {damaged.Problem}. Leave --keep-optimizer out; weights that were saved: --model {Path.Combine(run, "model")}"
            : null;
    }

    /// <summary>Makes the folder and writes what is known before the first step; in a run that is resumed, holds that against what was known then.</summary>
    /// <exception cref="RunFolderTakenException">Another process was faster.</exception>
    /// <exception cref="ResumeException">The corpus is not what it was.</exception>
    internal void Begin(PretrainOptions options, PretrainingCorpus corpus)
    {
        if (!Resumes)
        {
            Directory.CreateDirectory(Folder);
            held = LockFile.TryTake(LockPath) ?? throw RunFolderTakenException.InUse(Folder);
            RunFolder.ThrowIfTaken(Folder);
            content["inkstone"] = typeof(PretrainFolder).Assembly.GetName().Version?.ToString(3);
        }
        else if (content["corpus"]?.GetValue<string>() is { } began && began != corpus.Fingerprint)
        {
            throw new ResumeException(
                Folder, $"the texts of {string.Join(", ", options.Corpus)}{options.FromRecipe}, or the vocabulary, are not those that the run began with. A resumed run must be the same run: put them back as they were, or train anew with another --output-dir.");
        }

        content["options"] = JsonSerializer.SerializeToNode(options, Json);
        content["corpus"] = corpus.Fingerprint;
        content.Remove(FinishedName);
        content.Remove(ResultName);
        Write();
    }

    /// <summary>What the run was when it was saved last; null where its first step comes next.</summary>
    /// <exception cref="ResumeException">A file of it is damaged; or it shall end at another time, and its rate falls towards the end already.</exception>
    internal TrainingState? State()
    {
        if (!Resumes || !AtomicFolder.Exists(Last))
        {
            return null;
        }

        if (Checksums.FirstDamaged(Last) is { } damaged)
        {
            throw new ResumeException(
                Folder, $"{damaged.Path} {damaged.Problem}. Nothing else is left to go on from; start another run from the weights that were saved: --model {Model}");
        }

        var state = TrainingState.Open(Last);
        try
        {
            ThrowIfTooLate(state);
        }
        catch
        {
            state.Dispose();
            throw;
        }

        return state;
    }

    private void ThrowIfTooLate(TrainingState state)
    {
        var decays = false;
        state.Keep(Decays, ref decays);
        if (decays && ChangesBudget)
        {
            throw new ResumeException(
                Folder, $"its learning rate has begun to fall, so that it cannot be made longer or shorter any more. Start another run from its weights: --model {Folder} --keep-optimizer");
        }
    }

    /// <summary>How the training of a finished run ended; null where it does not say, as runs of earlier versions do not.</summary>
    public static PretrainingResult? ResultOf(string folder) => ContentOf(folder)[ResultName].Deserialize<PretrainingResult>(Json);

    /// <summary>Writes down that the run came to its end, when, and with what.</summary>
    internal void Finish(TimeProvider time, PretrainingResult result)
    {
        content[ResultName] = JsonSerializer.SerializeToNode(result, Json);
        content[FinishedName] = JsonSerializer.SerializeToNode(time.GetUtcNow());
        Write();
        File.Delete(LockPath);
    }

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => held?.Dispose();

    private static JsonObject ContentOf(string folder)
    {
        var path = Path.Combine(folder, OptionsName);
        if (!File.Exists(path))
        {
            throw new ResumeException(folder, !Directory.Exists(folder)
                ? "there is no such folder. Give the folder of a run that was interrupted."
                : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) is { } parent && File.Exists(Path.Combine(parent, OptionsName))
                ? $"this is a part of a run. Give the run itself: inkstone pretrain --resume {parent}"
                : $"there is no {OptionsName} in it, so it is no pre-training run. Start one: inkstone pretrain CORPUS --output-dir {folder}");
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw Damaged(folder);
        }
    }

    private static PretrainOptions OptionsIn(JsonObject content, string folder)
    {
        try
        {
            return content["options"].Deserialize<PretrainOptions>(Json) ?? throw Damaged(folder);
        }
        catch (JsonException)
        {
            throw Damaged(folder);
        }
    }

    private static ResumeException Damaged(string folder) =>
        new(folder, $"{Path.Combine(folder, OptionsName)} is damaged, so nothing tells what the run is. Train anew with another --output-dir.");

    private void ThrowIfChanged(PretrainOptions options)
    {
        var began = JsonSerializer.SerializeToNode(OptionsIn(content, Folder), Json)!.AsObject();
        var now = JsonSerializer.SerializeToNode(options, Json)!.AsObject();
        var changed = began.Select(option => option.Key).Where(key => Shown(began[key]) != Shown(now[key]) && !Free.Contains(key)).ToList();
        ChangesBudget = changed.Any(Budget.Contains);
        if (options.Schedule == PretrainScheduleType.Constant)
        {
            changed.RemoveAll(Budget.Contains);
        }

        if (changed.Count > 0)
        {
            throw new ResumeException(
                Folder, $"{string.Join(", ", changed.Select(key => $"{(key == "corpus" ? "CORPUS" : $"--{key.Replace('_', '-')}")} was {Shown(began[key])} when the run began and is {Shown(now[key])} now"))}. "
                + "A resumed run must be the same run: change that back, or train anew with another --output-dir."
                + (ChangesBudget ? " (Under --schedule constant a run can be made longer or shorter.)" : ""));
        }
    }

    private static string Shown(JsonNode? value) => value?.ToJsonString(OneLine) ?? "not set";

    private void Write() => AtomicFile.Write(OptionsPath, stream => stream.Write(Encoding.UTF8.GetBytes(content.ToJsonString(Json) + "\n")));
}
