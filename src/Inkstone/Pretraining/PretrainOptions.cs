using System.Globalization;
using System.Text.Json.Serialization;
using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Torch;

namespace Inkstone.Pretraining;

/// <summary>What to pre-train, on what, and for how long.</summary>
/// <remarks>A run keeps it in <c>pretraining.json</c> under these names in snake_case; the command line says <c>--max-length</c> for <c>max_length</c>.</remarks>
public sealed record PretrainOptions
{
    /// <summary>Files, patterns and folders of texts. Empty with <see cref="FromRecipe"/>.</summary>
    public IReadOnlyList<string> Corpus { get; init; } = [];

    /// <summary>The column that holds the text; null finds it by its usual names.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The files' text encoding, by name; null tells it from the bytes.</summary>
    public string? Encoding { get; init; }

    /// <summary>A recipe whose training rows are the corpus, and whose model is where to start.</summary>
    public string? FromRecipe { get; init; }

    /// <summary>A folder, a run, or a model of the hub to go on from; null starts a new model.</summary>
    public string? Model { get; init; }

    /// <summary>Whether to take over the optimizer of the pre-training run that <see cref="Model"/> names. Default false.</summary>
    public bool KeepOptimizer { get; init; }

    /// <summary>A <c>config.json</c> that gives a new model's shape; null takes the four numbers below.</summary>
    public string? Config { get; init; }

    /// <summary>Layers of a new model. Default 4.</summary>
    public int? Layers { get; init; }

    /// <summary>Width of a new model. Default 256.</summary>
    public int? Hidden { get; init; }

    /// <summary>Attention heads of a new model; they divide the width. Default: one for each 64 of the width, or fewer where that many do not divide it.</summary>
    public int? Heads { get; init; }

    /// <summary>Width of a new model's feed-forward part. Default: four times the width.</summary>
    public int? Intermediate { get; init; }

    /// <summary>A new model's <c>vocab.txt</c>; null makes a vocabulary of the corpus.</summary>
    public string? Vocab { get; init; }

    /// <summary>Tokens of a vocabulary that is made of the corpus. Default: the config's, or 8900.</summary>
    public int? VocabSize { get; init; }

    /// <summary>Whether a new model's first layer looks at neighbours from the beginning (<c>OffsetHeads</c>). Default true.</summary>
    public bool OffsetHeads { get; init; } = true;

    /// <summary>Tokens of a text at most; longer ones are cut, at ends of sentences where they can be. Default 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Tokens in a step. Default 8192.</summary>
    public int BatchTokens { get; init; } = 8192;

    /// <summary>Peak of the learning rate. Default: 1e-3 for a new model, 1e-4 for one that goes on.</summary>
    public double? LearningRate { get; init; }

    /// <summary>How the learning rate moves. Default linear.</summary>
    public PretrainScheduleType Schedule { get; init; } = PretrainScheduleType.Linear;

    /// <summary>Share of the budget that warms up, 0 to below 1. Default 0.06.</summary>
    public double WarmupRatio { get; init; } = 0.06;

    /// <summary>Share of the budget at whose end a constant rate falls to 0. Default 0.2.</summary>
    public double DecayRatio { get; init; } = 0.2;

    /// <summary>Decay of matrices; biases and LayerNorms have none. Default 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>What is hidden at a time. Default token.</summary>
    public MaskingUnit Masking { get; init; } = MaskingUnit.Token;

    /// <summary>Share of the tokens that is hidden. Default 0.15.</summary>
    public double MaskRate { get; init; } = 0.15;

    /// <summary>Whether a tenth of what is hidden becomes another word, and a tenth stays. Default true.</summary>
    public bool Replace { get; init; } = true;

    /// <summary>What becomes of the token that a text begins with, where a label may be written. Default text.</summary>
    public FirstToken FirstToken { get; init; }

    /// <summary>Ends after so many steps.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Ends after so many passes over the corpus. Default 1, where neither steps nor hours end the run.</summary>
    public double? Epochs { get; init; }

    /// <summary>Ends after so many hours of training, those before an interruption included.</summary>
    public double? MaxHours { get; init; }

    /// <summary>Dropout while pre-training; the saved config keeps its own. Default: 0 for a new model, the config's for one that goes on.</summary>
    public double? Dropout { get; init; }

    /// <summary>Everything that is drawn descends from it, at least 0. Default 42.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Different texts held out to judge by, at most one in twenty. Default 2000.</summary>
    public int HeldOutTexts { get; init; } = 2000;

    /// <summary>Steps between saves; null: by minutes alone.</summary>
    public long? SaveSteps { get; init; }

    /// <summary>Minutes between saves. Default 10.</summary>
    public double SaveMinutes { get; init; } = 10;

    /// <summary>Steps between looks at the held-out texts. Default 1000.</summary>
    public long EvalSteps { get; init; } = 1000;

    /// <summary>Steps between rows of the log. Default 50.</summary>
    public long LoggingSteps { get; init; } = 50;

    /// <summary>Whether matrices are multiplied in bfloat16. Null: where the device is fast at it.</summary>
    public bool? Bf16 { get; init; }

    /// <summary>Precision of the weights in the resulting folder. Default float16.</summary>
    public DType SaveDtype { get; init; } = DType.Float16;

    /// <summary>Where numbers go: <c>csv</c>, <c>tensorboard</c>. Default csv.</summary>
    public IReadOnlyList<string> ReportTo { get; init; } = ["csv"];

    /// <summary>Whether a new model begins, rather than one that goes on.</summary>
    [JsonIgnore]
    public bool StartsAnew => (Model ?? FromRecipe) is null;

    /// <summary>Says everything that is wrong at once.</summary>
    /// <exception cref="PretrainOptionsException">Something is.</exception>
    public void ThrowIfInvalid()
    {
        if (Problems() is { Count: > 0 } problems)
        {
            throw new PretrainOptionsException(problems);
        }
    }

    /// <summary>One sentence for each option that cannot be; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Refuse(Corpus.Count == 0 && FromRecipe is null, "CORPUS is missing: give files of texts, or --from-recipe RECIPE for the training rows of a recipe.");
        Refuse(Corpus.Count > 0 && FromRecipe is not null, "--from-recipe takes the training rows of the recipe; leave CORPUS out.");
        Refuse(FromRecipe is not null && (TextColumn ?? Encoding) is not null, "--from-recipe reads its files as the recipe says; leave --text-column and --encoding out.");
        Refuse(!StartsAnew && (Config ?? Vocab) is not null, "--config and --vocab describe a new model, but this one goes on from another's folder; leave them out.");
        Refuse(!StartsAnew && (VocabSize ?? Layers ?? Hidden ?? Heads ?? Intermediate) is not null, "--layers, --hidden, --heads, --intermediate and --vocab-size describe a new model, but this one goes on from another's folder; leave them out.");
        Refuse(Config is not null && (Layers ?? Hidden ?? Heads ?? Intermediate) is not null, "--config gives the model's shape; leave --layers, --hidden, --heads and --intermediate out.");
        Refuse(Vocab is not null && VocabSize is not null, "--vocab is a vocabulary that is there, --vocab-size makes one; give one of them.");
        Refuse(KeepOptimizer && Model is null, "--keep-optimizer takes over the optimizer of a pre-training run; name the run with --model.");
        Refuse(FromRecipe is not null && FirstToken != FirstToken.Text, "--first-token hide and label want texts that each begin with a label, which the rows of a recipe do not; write such texts and give them as CORPUS.");
        Refuse(Schedule != PretrainScheduleType.Constant && DecayRatio != new PretrainOptions().DecayRatio, "--decay-ratio belongs to --schedule constant; leave it out.");
        Require(Layers is null or >= 1, "--layers", "at least 1", Layers);
        Require(Hidden is null or >= 8, "--hidden", "at least 8", Hidden);
        Require(Intermediate is null or >= 1, "--intermediate", "at least 1", Intermediate);
        Require(Heads is null or >= 1, "--heads", "at least 1", Heads);
        if (StartsAnew && Config is null && Hidden is null or >= 8 && Heads is null or >= 1 && HiddenSize % HeadCount != 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"--heads must divide --hidden, but is {HeadCount} with {HiddenSize}; heads of 64 are usual."));
        }

        Require(VocabSize is null or > 5, "--vocab-size", "more than the 5 special tokens", VocabSize, "; 8000 is usual for Chinese");
        Require(MaxLength is >= 8 and <= 4096, "--max-length", "8 to 4096", MaxLength);
        Require(BatchTokens >= MaxLength, "--batch-tokens", $"at least --max-length ({MaxLength.ToString(CultureInfo.InvariantCulture)})", BatchTokens);
        Require(LearningRate is null or (> 0 and < 1), "--learning-rate", "between 0 and 1, both excluded", LearningRate, "; 1e-3 is usual for a small new model");
        Require(WarmupRatio is >= 0 and < 1, "--warmup-ratio", "at least 0 and below 1", WarmupRatio);
        Require(DecayRatio is >= 0 and <= 1, "--decay-ratio", "0 to 1", DecayRatio);
        Refuse(Schedule == PretrainScheduleType.Constant && WarmupRatio + DecayRatio > 1, "--warmup-ratio and --decay-ratio must not be more than 1 together.");
        Require(WeightDecay is >= 0 and < 1, "--weight-decay", "at least 0 and below 1", WeightDecay);
        Require(MaskRate is > 0 and < 0.8, "--mask-rate", "between 0 and 0.8, both excluded", MaskRate, "; 0.15 to 0.4 is usual");
        Require(MaxSteps is null or (> 0 and <= 1_000_000_000), "--max-steps", "1 to 1000000000", MaxSteps);
        Require(Epochs is null or (> 0 and <= 1_000_000), "--epochs", "above 0 and at most 1000000", Epochs);
        Require(MaxHours is null or (> 0 and <= 100_000), "--max-hours", "above 0 and at most 100000", MaxHours, "; 0.5 is half an hour");
        Require(Dropout is null or (>= 0 and < 1), "--dropout", "at least 0 and below 1", Dropout);
        Require(Seed >= 0, "--seed", "at least 0", Seed);
        Require(HeldOutTexts >= 0, "--held-out-texts", "at least 0", HeldOutTexts);
        Require(SaveSteps is null or > 0, "--save-steps", "above 0", SaveSteps);
        Require(SaveMinutes is > 0 and <= 1_000_000, "--save-minutes", "above 0 and at most 1000000", SaveMinutes);
        Require(EvalSteps > 0, "--eval-steps", "above 0", EvalSteps);
        Require(LoggingSteps > 0, "--logging-steps", "above 0", LoggingSteps);
        Require(SaveDtype is DType.Float16 or DType.BFloat16 or DType.Float32, "--save-dtype", "fp16, bf16 or fp32", SaveDtype);
        foreach (var reader in ReportTo.Where(reader => reader is not ("csv" or "tensorboard" or "none")))
        {
            problems.Add($"--report-to must be csv, tensorboard or none, but is {reader}.");
        }

        return problems;

        void Refuse(bool broken, string sentence)
        {
            if (broken)
            {
                problems.Add(sentence);
            }
        }

        void Require(bool holds, string option, string rule, object? value, string hint = "") =>
            Refuse(!holds, string.Create(CultureInfo.InvariantCulture, $"{option} must be {rule}, but is {value}{hint}."));
    }

    /// <summary>Width of a new model.</summary>
    internal int HiddenSize => Hidden ?? 256;

    /// <summary>Heads of a new model.</summary>
    internal int HeadCount => Heads ?? Enumerable.Range(1, Math.Max(1, HiddenSize / 64)).Last(heads => HiddenSize % heads == 0);

    internal PretrainSchedule Curve => new(Schedule, WarmupRatio, DecayRatio);

    internal MaskingOptions MaskingOptions => new() { Unit = Masking, Rate = MaskRate, Replace = Replace, FirstToken = FirstToken };

    internal PretrainingCorpusOptions CorpusOptions => new()
    {
        MaxLength = MaxLength, HeldOutTexts = HeldOutTexts, WordMarks = Masking == MaskingUnit.WholeWord, TextColumn = TextColumn, Encoding = Encoding,
    };
}

/// <summary>Options of a pre-training cannot be; the message has a line for each.</summary>
public sealed class PretrainOptionsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>All of them, never empty.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
