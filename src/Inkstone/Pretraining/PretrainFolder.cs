using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Inkstone.Checkpoints;
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

    private const string LockName = "run.lock";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private JsonObject content = [];
    private LockFile? held;

    private PretrainFolder(string folder, bool resumes) => (Folder, Resumes) = (folder, resumes);

    /// <summary>The folder itself.</summary>
    public string Folder { get; }

    /// <summary>Whether the run began in another process already.</summary>
    public bool Resumes { get; }

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
    /// <exception cref="RunFolderTakenException">It exists and is not empty: nothing in it is touched.</exception>
    public static PretrainFolder At(string folder)
    {
        RunFolder.ThrowIfTaken(folder);
        return new(folder, resumes: false);
    }

    /// <summary>Takes the folder of a run that was interrupted or killed, and cleans up behind it.</summary>
    /// <exception cref="ResumeException">It is no run.</exception>
    /// <exception cref="RunFolderTakenException">Another process writes it.</exception>
    public static PretrainFolder ToResume(string folder)
    {
        var run = new PretrainFolder(folder, resumes: true);
        run.content = ContentOf(folder);
        run.held = LockFile.TryTake(run.LockPath) ?? throw RunFolderTakenException.InUse(folder);
        AtomicFolder.RemoveLeftovers(folder);
        return run;
    }

    /// <summary>The options that a run began with.</summary>
    /// <exception cref="ResumeException">It is no run.</exception>
    public static PretrainOptions OptionsOf(string folder) => OptionsIn(ContentOf(folder), folder);

    /// <summary>Where a folder's most exact weights are: in a pre-training run those to go on from, else where a classifier would look.</summary>
    internal static string WeightsOf(string nameOrPath) => File.Exists(Path.Combine(nameOrPath, OptionsName)) ? Path.Combine(nameOrPath, "last") : nameOrPath;

    /// <summary>Makes the folder and writes what is known before the first step; in a run that is resumed, holds that against what was known then.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="facts">What must not change while the run goes on, by name.</param>
    /// <exception cref="RunFolderTakenException">Another process was faster.</exception>
    /// <exception cref="ResumeException">Something is not what it was.</exception>
    internal void Begin(PretrainOptions options, JsonObject facts)
    {
        if (!Resumes)
        {
            Directory.CreateDirectory(Folder);
            held = LockFile.TryTake(LockPath) ?? throw RunFolderTakenException.InUse(Folder);
            RunFolder.ThrowIfTaken(Folder);
        }
        else if (content["facts"] is JsonObject began)
        {
            ThrowIfChanged(began, facts);
        }

        content["options"] = JsonSerializer.SerializeToNode(options, Json);
        content["facts"] = facts;
        Write();
    }

    /// <summary>What the run was when it was saved last; null where its first step comes next.</summary>
    /// <exception cref="ResumeException">A file of it is damaged.</exception>
    internal TrainingState? State()
    {
        if (!Resumes || !(AtomicFolder.Recover(Last) || Directory.Exists(Last)))
        {
            return null;
        }

        return Checksums.FirstDamaged(Last) is not { } damaged ? TrainingState.Open(Last) : throw new ResumeException(
            Folder, $"{damaged.Path} {damaged.Problem}. Nothing else is left to go on from; train anew with another --output-dir, or from the weights in {Model}: --model {Model}");
    }

    /// <summary>Writes down that the run came to its end, and when.</summary>
    internal void Finish(TimeProvider time)
    {
        content["finished"] = JsonSerializer.SerializeToNode(time.GetUtcNow());
        Write();
    }

    /// <summary>Lets other processes have the folder.</summary>
    public void Dispose() => held?.Dispose();

    private static JsonObject ContentOf(string folder)
    {
        var path = Path.Combine(folder, OptionsName);
        if (!File.Exists(path))
        {
            throw new ResumeException(folder, Directory.Exists(folder)
                ? $"there is no {OptionsName} in it, so it is no pre-training run. Start one: inkstone pretrain CORPUS --output-dir {folder}"
                : "there is no such folder. Give the folder of a run that was interrupted.");
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

    private void ThrowIfChanged(JsonObject began, JsonObject facts)
    {
        foreach (var (name, value) in facts)
        {
            if (began[name]?.ToJsonString() != value?.ToJsonString())
            {
                throw new ResumeException(
                    Folder, $"{name} was {began[name]?.ToJsonString(Json) ?? "unknown"} when the run began and is {value?.ToJsonString(Json)} now. A resumed run must be the same run: put it back as it was, or train anew with another --output-dir.");
            }
        }
    }

    private void Write() => AtomicFile.Write(OptionsPath, stream => stream.Write(Encoding.UTF8.GetBytes(content.ToJsonString(Json) + "\n")));
}
