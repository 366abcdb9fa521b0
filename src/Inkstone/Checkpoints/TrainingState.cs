using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>
/// Everything beside the weights that a run needs to go on as if it had never ended: <c>training_state.json</c> and
/// <c>training_state.safetensors</c> in a checkpoint.
/// </summary>
/// <remarks>
/// Whatever must be remembered says so in one line, <c>state.Keep("micro_batch", ref microBatch)</c>, and the same line writes it and
/// reads it back. Generators have nothing to keep: what they draw is a function of seed, epoch and micro-batch.
/// </remarks>
public sealed class TrainingState : IDisposable
{
    /// <summary>Numbers and the like.</summary>
    public const string FileName = "training_state.json";

    /// <summary>Tensors, the optimizer's above all. Missing where training is over.</summary>
    public const string TensorsFileName = "training_state.safetensors";

    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly JsonObject values;
    private readonly WeightFile? stored;
    private readonly List<(string Name, Tensor Tensor)> tensors = [];

    private TrainingState(string? folder, JsonObject values, WeightFile? stored)
    {
        Folder = folder;
        this.values = values;
        this.stored = stored;
    }

    /// <summary>The checkpoint that it was read from; null for one that is about to be written.</summary>
    public string? Folder { get; }

    /// <summary>Whether it gives what it remembers; otherwise it takes.</summary>
    public bool IsRead => Folder is not null;

    /// <summary>Optimizer steps done.</summary>
    public long Step => values["step"]!.GetValue<long>();

    /// <summary>Whether the run ended in the evaluation that was due after the last step.</summary>
    public bool EvaluationPending => values["evaluation_pending"]!.GetValue<bool>();

    /// <summary>A state to write, still empty.</summary>
    public static TrainingState New(long step, bool evaluationPending) => new(
        null, new() { ["format_version"] = CurrentVersion, ["step"] = step, ["evaluation_pending"] = evaluationPending }, null);

    /// <summary>Reads a checkpoint's state.</summary>
    /// <exception cref="InvalidCheckpointException">It is none, or that of another version.</exception>
    /// <exception cref="InvalidWeightsException">The tensors cannot be read.</exception>
    public static TrainingState Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var tensors = Path.Combine(folder, TensorsFileName);
        return new(folder, ValuesOf(path), File.Exists(tensors) ? SafetensorsReader.Open(tensors) : null);
    }

    /// <summary>Remembers a value, or sets it to what was remembered: a number, a text, a record of these.</summary>
    /// <exception cref="InvalidCheckpointException">The checkpoint has none of that name.</exception>
    public void Keep<T>(string name, ref T value)
    {
        if (IsRead)
        {
            value = values.TryGetPropertyValue(name, out var node) ? node.Deserialize<T>(Json)! : throw Lacks(name);
        }
        else
        {
            values[name] = JsonSerializer.SerializeToNode(value, Json);
        }
    }

    /// <summary>
    /// Remembers a tensor, or copies into it what was remembered. It must stay as it is until <see cref="Write"/>; a state of a training
    /// that is over leaves it alone.
    /// </summary>
    /// <exception cref="InvalidCheckpointException">The checkpoint has none of that name and shape.</exception>
    public void Keep(string name, Tensor tensor)
    {
        if (!IsRead)
        {
            tensors.Add((name, tensor));
        }
        else if (stored is not null)
        {
            using var noGrad = GradMode.NoGrad();
            using var scope = TensorScope.New();
            tensor.CopyInPlace(Read(name, tensor.Shape));
        }
    }

    /// <summary>Names of the remembered tensors that begin so, the beginning taken off.</summary>
    public IEnumerable<string> TensorsUnder(string prefix) =>
        (stored?.Keys ?? []).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    /// <summary>A remembered tensor, on the processor, in the current <see cref="TensorScope"/>.</summary>
    /// <exception cref="InvalidCheckpointException">The checkpoint has none of that name and shape.</exception>
    public Tensor Read(string name, ReadOnlySpan<long> shape)
    {
        if (stored is null || !stored.TryGetValue(name, out var found))
        {
            throw Lacks(name);
        }

        if (!found.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InvalidCheckpointException(
                Path.Combine(Folder!, TensorsFileName), $"{name} is [{string.Join(", ", found.Shape)}], but the model asks for [{string.Join(", ", shape.ToArray())}].");
        }

        var values = new float[found.ElementCount];
        found.CopyTo(values);
        return Tensor.From<float>(values, found.Shape);
    }

    /// <summary>Writes the two files into a folder; without tensors, where training is over, only the first.</summary>
    public void Write(string folder, bool withTensors)
    {
        File.WriteAllText(Path.Combine(folder, FileName), values.ToJsonString(Json) + "\n");
        if (!withTensors)
        {
            return;
        }

        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        using var file = File.Create(Path.Combine(folder, TensorsFileName));
        SafetensorsWriter.Write(file, [.. tensors.Select(kept =>
        {
            var value = kept.Tensor.Detach().To(Device.Cpu).Contiguous();
            return new StoredTensor(kept.Name, value.DType, value.Shape, value.DataPointer);
        })]);
    }

    /// <inheritdoc/>
    public void Dispose() => stored?.Dispose();

    private static JsonObject ValuesOf(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidCheckpointException(path, "is missing.");
        }

        try
        {
            if (JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject values
                && Has(values, "format_version", out int version) && Has(values, "step", out long _) && Has(values, "evaluation_pending", out bool _))
            {
                return version == CurrentVersion ? values : throw new InvalidCheckpointException(
                    path, FormattableString.Invariant($"has format_version {version}, but this version reads {CurrentVersion}. Resume with the Inkstone that wrote it."));
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidCheckpointException(path, "is damaged: it is no state of a training.");
    }

    private static bool Has<T>(JsonObject values, string name, out T value)
    {
        value = default!;
        return values[name] is JsonValue node && node.TryGetValue(out value!);
    }

    private InvalidCheckpointException Lacks(string name) => new(
        Folder!, $"the state has no {name}. It was written by another version of Inkstone; resume with that one.");
}
