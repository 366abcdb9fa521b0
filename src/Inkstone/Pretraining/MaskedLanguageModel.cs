using Inkstone.Checkpoints;
using Inkstone.Models.Bert;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;

namespace Inkstone.Pretraining;

/// <summary>The model that pre-training trains, with all that its folder holds: config, tokenizer, weights.</summary>
internal sealed class MaskedLanguageModel : IDisposable
{
    private const string Pooler = "bert.pooler.";

    private readonly ModelConfig config;
    private readonly bool hasPooler;   // pre-trained elsewhere; a new one would know nothing, and transformers saves none with this head

    private MaskedLanguageModel(ModelConfig config, WordPieceTokenizer tokenizer, double? dropout, bool hasPooler)
    {
        (this.config, Tokenizer, this.hasPooler) = (config.ForMaskedLM(tokenizer.PadId), tokenizer, hasPooler);
        var trained = dropout is { } rate ? config.Bert with { HiddenDropoutProb = rate, AttentionProbsDropoutProb = rate } : config.Bert;
        Context = new(ComputeDevice.Default);
        Network = new(trained, Context);
    }

    /// <summary>Vocabulary and rules.</summary>
    public WordPieceTokenizer Tokenizer { get; }

    /// <summary>Encoder and head.</summary>
    public BertForMaskedLM Network { get; }

    /// <summary>Device, precision, chance of dropout.</summary>
    public ModelContext Context { get; }

    /// <summary>The encoder's shape.</summary>
    public BertConfig Shape => config.Bert;

    /// <summary>What is trained: all but the pooler, which no hidden word asks for.</summary>
    public IEnumerable<NamedParameter> Trained => Network.NamedParameters().Where(parameter => !IsPooler(parameter));

    /// <summary>A model to begin with: new, or with the weights of the folder that the start names.</summary>
    public static MaskedLanguageModel Create(PretrainStart start, PretrainOptions options, Action<string> notice)
    {
        var dropout = options.Dropout ?? (options.StartsAnew ? 0 : null);
        if (start.WeightsFolder is not { } folder)
        {
            var fresh = new MaskedLanguageModel(start.Config, start.Tokenizer, dropout, hasPooler: false);
            fresh.Initialize(options);
            fresh.ChoosePrecision(options, notice);
            return fresh;
        }

        using (var file = CheckpointWeights.Open(folder))
        {
            var model = new MaskedLanguageModel(start.Config, start.Tokenizer, dropout, file.Keys.Any(key => key.Contains("pooler.", StringComparison.Ordinal)));
            model.Load(folder, options.Seed, notice);
            model.ChoosePrecision(options, notice);
            return model;
        }
    }

    /// <summary>Writes a folder that Hugging Face opens: whole or not at all.</summary>
    /// <param name="folder">The folder, which may exist.</param>
    /// <param name="dtype">Precision of its weights.</param>
    /// <param name="also">Writes more files of its own into it.</param>
    public void Save(string folder, DType dtype, Action<string>? also = null) => AtomicFolder.Write(folder, temporary =>
    {
        config.Write(temporary, dtype);
        Tokenizer.Save(temporary);
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        using (var file = File.Create(Path.Combine(temporary, "model.safetensors")))
        {
            SafetensorsWriter.Write(file, [.. Network.NamedParameters().Where(parameter => hasPooler || !IsPooler(parameter)).Select(parameter =>
            {
                var value = parameter.Value.Detach().To(Device.Cpu).To(dtype).Contiguous();
                return new StoredTensor(parameter.Name, value.DType, value.Shape, value.DataPointer);
            })]);
        }

        also?.Invoke(temporary);
    });

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private static bool IsPooler(NamedParameter parameter) => parameter.Name.StartsWith(Pooler, StringComparison.Ordinal);

    private void Initialize(PretrainOptions options)
    {
        if (options.OffsetHeads)
        {
            OffsetHeads.Fill(Network, Shape, options.Seed);
        }
        else
        {
            PlainStart.Fill(Network, Shape, options.Seed);
        }
    }

    private void Load(string folder, long seed, Action<string> notice)
    {
        var report = WeightLoading.Load(Network.NamedParameters(), folder, keepsHead: false, Shape.InitializerRange, seed);
        var told = report with
        {
            New = [.. report.New.Where(name => !name.StartsWith(Pooler, StringComparison.Ordinal))],
            LeftOver = [.. report.LeftOver.Where(name => !name.StartsWith("cls.predictions.decoder.", StringComparison.Ordinal) && !name.StartsWith("cls.seq_relationship.", StringComparison.Ordinal))],
        };
        foreach (var sentence in told.Notices())
        {
            notice(sentence);
        }
    }

    private void ChoosePrecision(PretrainOptions options, Action<string> notice) =>
        Context.GemmDType = Precision.Choose(options.Bf16, Shape, Context.Device, notice, key: "--bf16 ");
}
