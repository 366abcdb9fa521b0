using System.Text.RegularExpressions;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Makes a Longformer of a BERT: the same weights, positions repeated, the projections of <c>[CLS]</c> copied from those of all tokens.</summary>
/// <remarks>
/// Beltagy et al. 2020, section 5 (arXiv:2004.05150). A text that fits one side of the window gets the vectors that BERT gave it; what lies beyond
/// has to be learned, by fine-tuning or by continued pretraining.
/// </remarks>
public static partial class LongformerConversion
{
    /// <summary>Writes the Longformer as a Hugging Face folder, whole or not at all.</summary>
    /// <param name="bert">The BERT: a folder, or a run.</param>
    /// <param name="output">The new folder.</param>
    /// <param name="maxLength">Tokens of its longest text, special ones included; at least BERT's.</param>
    /// <param name="attentionWindow">Tokens that a token looks at, both sides together; even.</param>
    /// <param name="notice">Told what is left out.</param>
    /// <exception cref="InvalidCheckpointException">The folder is no BERT, the sizes cannot be, or there is something in <paramref name="output"/>.</exception>
    /// <exception cref="InvalidWeightsException">The weights cannot be read.</exception>
    public static void Run(string bert, string output, int maxLength, int attentionWindow, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        ThrowIfTaken(output);

        var source = PretrainedFolder.Open(bert);
        if (source.Config.Architecture != Architecture.Bert)
        {
            throw new InvalidCheckpointException(source.Folder, $"is a {source.Config.Architecture} already; give a BERT.");
        }

        if (maxLength < source.Config.MaxLength)
        {
            throw new InvalidCheckpointException(
                source.Folder, FormattableString.Invariant($"has {source.Config.MaxLength} positions, but the Longformer would have {maxLength}; give --max-length of at least {source.Config.MaxLength}, 4096 is usual."));
        }

        using var file = CheckpointWeights.Open(source.Folder);
        var stored = file.Values.ToDictionary(tensor => WeightLoading.Canonical(tensor.Name, "bert."));
        var settings = ClassifierSettings.Read(source.Folder);
        var head = HeadOf(source, settings, stored, notice);
        var config = source.Config.AsLongformer(head, maxLength, attentionWindow, source.Tokenizer);
        var tensors = Convert(stored, source.Config, config, head, notice).ToList();
        AtomicFolder.Write(output, temporary =>
        {
            config.Write(temporary);
            source.Tokenizer.WithOptions(source.Tokenizer.Options with { ModelMaxLength = maxLength }).Save(temporary);
            if (head == LongformerHead.Classifier && settings is not null)
            {
                (settings with { Tokenizer = settings.Tokenizer with { MaxLength = maxLength, LongText = LongText.Truncate } }).Write(temporary);
            }

            using var weights = File.Create(Path.Combine(temporary, "model.safetensors"));
            SafetensorsWriter.Write(weights, tensors);
        });
    }

    /// <summary>Refuses an output that holds something.</summary>
    /// <exception cref="InvalidCheckpointException">It does.</exception>
    public static void ThrowIfTaken(string output)
    {
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new InvalidCheckpointException(output, "exists and is not empty; nothing in it was touched. Choose another folder, or move it away.");
        }
    }

    private static LongformerHead HeadOf(PretrainedFolder source, ClassifierSettings? settings, Dictionary<string, StoredTensor> stored, Action<string> notice)
    {
        if (source.Config.LabelNames.Count > 0 && stored.ContainsKey("classifier.weight") && stored.ContainsKey("bert.pooler.dense.weight"))
        {
            if (settings is null or { Pooling: Pooling.Pooler, ChunkEncoder: null })
            {
                return LongformerHead.Classifier;
            }

            notice(settings.ChunkEncoder is { } chunkEncoder
                ? $"The classifier's head reads what its {RecipeText.Name(chunkEncoder.ToString())} makes of chunks, which a Longformer does not have: it is left out, so fine-tune the Longformer."
                : $"The classifier's head reads {RecipeText.Name(settings.Pooling.ToString())} pooling, which a Longformer's does not: it is left out, so fine-tune the Longformer.");
        }

        return stored.ContainsKey("cls.predictions.transform.dense.weight") ? LongformerHead.MaskedLM : LongformerHead.None;
    }

    private static IEnumerable<StoredTensor> Convert(
        Dictionary<string, StoredTensor> stored, ModelConfig bert, ModelConfig longformer, LongformerHead head, Action<string> notice)
    {
        var leftOut = new List<string>();
        foreach (var (name, tensor) in stored)
        {
            if (name == "bert.embeddings.position_embeddings.weight")
            {
                yield return PositionTable.Repeat(tensor, NewName(name, head)!, bert.MaxLength, longformer.MaxLength, 0, longformer.FirstPosition, bert.Bert.HiddenSize);
            }
            else if (NewName(name, head) is { } own)
            {
                yield return InSinglePrecision(tensor, own);
                if (Projection().IsMatch(own))
                {
                    yield return InSinglePrecision(tensor, Projection().Replace(own, "$1_global"));
                }
            }
            else if (!IsTiedOrFixed(name))
            {
                leftOut.Add(name);
            }
        }

        if (leftOut.Count > 0)
        {
            notice($"Left out, as this Longformer has no place for them: {string.Join(", ", leftOut.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>A tensor's name in the Longformer; null where it has none. BERT's pooler is the dense layer of a Longformer classifier's head.</summary>
    private static string? NewName(string name, LongformerHead head)
    {
        (string From, string To)[] renames = head switch
        {
            LongformerHead.Classifier => [("bert.pooler.dense.", "classifier.dense."), ("classifier.", "classifier.out_proj.")],
            LongformerHead.MaskedLM => [("cls.predictions.transform.dense.", "lm_head.dense."), ("cls.predictions.transform.LayerNorm.", "lm_head.layer_norm."), ("cls.predictions.bias", "lm_head.bias")],
            _ => [],
        };
        (string From, string To)[] all = [.. renames, ("bert.", "longformer.")];
        return IsTiedOrFixed(name) ? null
            : all.FirstOrDefault(rename => name.StartsWith(rename.From, StringComparison.Ordinal)) is { From: { } from, To: var to } ? to + name[from.Length..] : null;
    }

    private static bool IsTiedOrFixed(string name) =>
        name.EndsWith(".position_ids", StringComparison.Ordinal) || name.StartsWith("cls.predictions.decoder.", StringComparison.Ordinal);

    private static StoredTensor InSinglePrecision(StoredTensor tensor, string name)
    {
        if (tensor.DType == DType.Float32)
        {
            return new(name, tensor.DType, tensor.Shape, tensor.Pointer);
        }

        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        return StoredTensor.CopyOf(name, DType.Float32, tensor.Shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
    }

    [GeneratedRegex(@"(?<=\.attention\.self\.)(query|key|value)(?=\.)")]
    private static partial Regex Projection();
}

/// <summary>What stands on a converted encoder.</summary>
internal enum LongformerHead
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What guesses words.</summary>
    MaskedLM,

    /// <summary>What tells classes.</summary>
    Classifier,
}
