using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Where a run keeps what it makes. One process has it at a time, from <see cref="Begin"/> or <see cref="ToResume"/> on.</summary>
public sealed class RunFolder : IDisposable
{
    private const string RecipeName = "recipe.yaml";
    private const string EnvironmentName = "environment.json";
    private const string LockName = "run.lock";
    private const string ResultName = "result";

    private static readonly JsonSerializerOptions ResultForm = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string? alike;
    private LockFile? held;

    private RunFolder(string folder, bool resumes, string? alike = null) => (Folder, Resumes, this.alike) = (folder, resumes, alike);

    /// <summary>The folder itself.</summary>
    public string Folder { get; }

    /// <summary>Whether the run began in another process already.</summary>
    public bool Resumes { get; }

    /// <summary>Which part of a cross-validation the run began as, from 0, and of how many; null for a run of its own.</summary>
    internal (int Index, int Count)? Fold { get; private set; }

    /// <summary>The best checkpoint by the metric.</summary>
    public string Best => Path.Combine(Folder, "best");

    /// <summary>The weights after the last step.</summary>
    public string Last => Path.Combine(Folder, "last");

    /// <summary>Steps and evaluations, row by row.</summary>
    public string Log => Path.Combine(Folder, "log.csv");

    /// <summary>The rows that cleaning took out, each with its reason.</summary>
    public string Removed => Path.Combine(Folder, "removed.csv");

    /// <summary>Every number and notice of the run, a JSON object a line.</summary>
    public string Events => Path.Combine(Folder, "events.jsonl");

    /// <summary>TensorBoard's event files.</summary>
    public string TensorBoard => Path.Combine(Folder, "tensorboard");

    /// <summary>The offline run of Weights &amp; Biases.</summary>
    public string Wandb => Path.Combine(Folder, "wandb");

    /// <summary>What the final evaluation found.</summary>
    public string Evaluation => Path.Combine(Folder, "evaluation");

    /// <summary>The linear baseline that learnt from the same rows.</summary>
    public string Baseline => Path.Combine(Folder, "baseline");

    /// <summary>Which texts were trained on, as hashes.</summary>
    public string TrainTexts => Path.Combine(Folder, "train-texts.xxh128");

    private string RecipePath => Path.Combine(Folder, RecipeName);

    private string EnvironmentPath => Path.Combine(Folder, EnvironmentName);

    private string LockPath => Path.Combine(Folder, LockName);

    /// <summary>Plans a folder; nothing is written yet.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="alike">Another run whose data and model this one must have as well; null for none.</param>
    /// <exception cref="RunFolderTakenException">It exists and is not empty: nothing in it is touched. Or it cannot be made.</exception>
    public static RunFolder At(string folder, string? alike = null)
    {
        ThrowIfTaken(folder);
        if (NewFolder.WhyImpossible(folder) is { } reason)
        {
            throw RunFolderTakenException.Impossible(folder, reason);
        }

        return new(folder, resumes: false, alike);
    }

    /// <summary>How far the run in a folder is.</summary>
    public static RunProgress ProgressOf(string folder)
    {
        var run = new RunFolder(folder, resumes: true);
        return !File.Exists(run.RecipePath) ? RunProgress.None : IsUnfinished(run) || !File.Exists(run.EnvironmentPath) ? RunProgress.Begun : RunProgress.Finished;
    }

    /// <summary>With what a finished run came to its end; null where it does not say, as runs of earlier versions do not.</summary>
    public static TResult? ResultOf<TResult>(string folder)
        where TResult : class => new RunFolder(folder, resumes: true).ReadEnvironment()?[ResultName].Deserialize<TResult>(ResultForm);

    /// <summary>The folder of a run that came to its end, to read.</summary>
    internal static RunFolder OfFinished(string folder) => new(folder, resumes: true);

    /// <summary>Takes the folder of a run that was interrupted, and cleans up behind it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="recipe">What to do; the same as then.</param>
    /// <exception cref="ResumeException">It is no run, or the recipe is another.</exception>
    /// <exception cref="RunFinishedException">It came to its end.</exception>
    /// <exception cref="RunFolderTakenException">Another process writes it.</exception>
    public static RunFolder ToResume(string folder, Recipe recipe)
    {
        var run = new RunFolder(folder, resumes: true);
        if (!File.Exists(run.RecipePath))
        {
            throw new ResumeException(folder, Directory.Exists(folder)
                ? $"there is no {RecipeName} in it, so it is no run that began. Start one: inkstone train RECIPE --output-dir {folder}"
                : "there is no such folder. Give the folder of a run that was interrupted.");
        }

        run.held = LockFile.TryTake(run.LockPath) ?? throw RunFolderTakenException.InUse(folder);
        try
        {
            if (run.ReadEnvironment() is { } began)
            {
                RunEnvironment.ThrowIfChanged(began, recipe, folder);
                run.Fold = RunEnvironment.FoldOf(began);
                if (began.ContainsKey("finished"))
                {
                    File.Delete(run.LockPath);
                    throw new RunFinishedException(folder);
                }
            }

            AtomicFolder.RemoveLeftovers(folder);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the folder and writes what is known before the first step; in a run that is resumed, holds what is known now against that.
    /// </summary>
    /// <exception cref="RunFolderTakenException">Another process was faster: nothing in its folder is touched.</exception>
    /// <exception cref="ResumeException">Data, vocabulary or encoder is not what it was.</exception>
    internal void Begin(Recipe recipe, JsonObject environment, Action<string> notice)
    {
        if (Resumes)
        {
            ThrowIfOtherThan(Folder, environment, notice);
            if (!File.Exists(EnvironmentPath))
            {
                Write(EnvironmentPath, RunEnvironment.Text(environment));
            }

            return;
        }

        if (alike is not null)
        {
            ThrowIfOtherThan(alike, environment, notice);
        }

        Directory.CreateDirectory(Folder);
        held = LockFile.TryTake(LockPath) ?? throw RunFolderTakenException.InUse(Folder);
        ThrowIfTaken(Folder);
        Write(EnvironmentPath, RunEnvironment.Text(environment));
        Write(RecipePath, RecipeWriter.Write(recipe));   // the last of the two: with it, the run has begun
    }

    /// <summary>Holds data, vocabulary and encoder against what a run began with.</summary>
    /// <exception cref="ResumeException">One is not what it was.</exception>
    internal static void ThrowIfOtherThan(string run, JsonObject environment, Action<string> notice)
    {
        if (new RunFolder(run, resumes: true).ReadEnvironment() is { } began)
        {
            RunEnvironment.ThrowIfChanged(began, environment, run, notice);
        }
    }

    /// <summary>The state of the newest checkpoint that is whole, to go on from; null where the first step comes next. Yours to dispose.</summary>
    /// <param name="notice">Told which checkpoint that is, and which file of which newer one is damaged.</param>
    public TrainingState? NewestState(Action<string> notice)
    {
        if (!Resumes)
        {
            return null;
        }

        foreach (var (folder, _) in States(notice).OrderByDescending(state => state.Rank).ToList())
        {
            if (Checksums.FirstDamaged(folder) is { } damaged)
            {
                SayDamaged(damaged.Path, damaged.Problem, notice);
                continue;
            }

            var state = TrainingState.Open(folder);
            notice(string.Create(CultureInfo.InvariantCulture, $"Resuming after step {state.Step}, from {folder}."));
            return state;
        }

        notice($"{Folder} has no whole checkpoint to resume from: the run begins again with its first step.");
        return null;
    }

    /// <summary>The first file of <c>best/</c> that is missing or not as it was written, and what is wrong with it; null where all are.</summary>
    /// <remarks>A folder without checksums, as earlier versions wrote it, is taken as it is.</remarks>
    internal (string Path, string Problem)? DamageOfBest() =>
        !Directory.Exists(Best) ? (Best, "is missing")
        : File.Exists(Path.Combine(Best, Checksums.FileName)) ? Checksums.FirstDamaged(Best) : null;

    /// <summary>Writes into <c>environment.json</c> that the run came to its end, when, and with what.</summary>
    internal void Finish<TResult>(TimeProvider time, TResult result)
    {
        var environment = ReadEnvironment() ?? [];
        environment[ResultName] = JsonSerializer.SerializeToNode(result, ResultForm);
        environment["finished"] = JsonSerializer.SerializeToNode(time.GetUtcNow());
        Write(EnvironmentPath, RunEnvironment.Text(environment));
        File.Delete(LockPath);
    }

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => held?.Dispose();

    /// <summary>Refuses a folder that holds something.</summary>
    /// <exception cref="RunFolderTakenException">It does; nothing in it is touched.</exception>
    public static void ThrowIfTaken(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => !IsLeftByOneThatNeverBegan(folder, Path.GetFileName(entry)))))
        {
            throw RunFolderTakenException.NotEmpty(folder, IsUnfinished(new(folder, resumes: true)));
        }
    }

    // A kill may leave these before the recipe stands, which is written last.
    private static bool IsLeftByOneThatNeverBegan(string folder, string name) => name == LockName
        || (!File.Exists(Path.Combine(folder, RecipeName)) && name is EnvironmentName or RunSeries.FileName)
        || (name.EndsWith(".inkstone-tmp", StringComparison.Ordinal)
            && new[] { RecipeName, EnvironmentName, RunSeries.FileName }.Any(file => name.StartsWith($".{file}.", StringComparison.Ordinal)));

    private static bool IsUnfinished(RunFolder run) => RunSeries.IsAt(run.Folder) ? RunSeries.IsUnfinished(run.Folder)
        : File.Exists(run.RecipePath) && File.Exists(run.EnvironmentPath)
            && !File.ReadAllText(run.EnvironmentPath).Contains("\"finished\":", StringComparison.Ordinal);

    /// <summary>Every checkpoint with a state, and how far it is: steps, then whether the evaluation behind them is done.</summary>
    private IEnumerable<(string Folder, (long, bool) Rank)> States(Action<string> notice)
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder, "checkpoint-*").Append(Last).Where(HasState))
        {
            (string, (long, bool))? found = null;
            try
            {
                using var state = TrainingState.Open(folder);
                found = (folder, (state.Step, !state.EvaluationPending));
            }
            catch (InvalidCheckpointException damaged)
            {
                SayDamaged(damaged.Message, "", notice);
            }
            catch (InvalidWeightsException damaged)
            {
                SayDamaged(damaged.Message, "", notice);
            }

            if (found is { } whole)
            {
                yield return whole;
            }
        }
    }

    private static bool HasState(string folder) => File.Exists(Path.Combine(folder, TrainingState.FileName)) || File.Exists(Path.Combine(folder, Checksums.FileName));

    private static void SayDamaged(string what, string problem, Action<string> notice) =>
        notice($"Warning: {$"{what} {problem}".TrimEnd(' ', '.')}; this checkpoint is not used; the newest that is whole is.");

    private JsonObject? ReadEnvironment()
    {
        if (!File.Exists(EnvironmentPath))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(EnvironmentPath)) as JsonObject ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ResumeException(Folder, $"{EnvironmentPath} is damaged, so nothing tells whether recipe and data are the same. Train anew with another --output-dir.");
        }
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

/// <summary>How far a run is.</summary>
public enum RunProgress
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It has begun, and did not come to its end.</summary>
    Begun,

    /// <summary>It came to its end.</summary>
    Finished,
}
