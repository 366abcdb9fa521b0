using Inkstone.Evaluating;

namespace Inkstone.Recipes;

/// <summary>The <c>training</c> section: epochs, batches, precision, evaluation and checkpoints.</summary>
/// <remarks>A batch counts rows, or documents where texts are chunked; a step is one update of the weights.</remarks>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training rows. Default 3.</summary>
    public int NumTrainEpochs { get; init; } = 3;

    /// <summary>Stops after this many steps, whatever <see cref="NumTrainEpochs"/> says. Null: by epochs.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Rows in a training batch of one device. Default 16.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 16;

    /// <summary>Rows in an evaluation batch of one device. Default 32.</summary>
    public int PerDeviceEvalBatchSize { get; init; } = 32;

    /// <summary>Most tokens in a batch, of training and of the evaluations during it; the numbers of rows above do not count then. Null: they alone decide.</summary>
    public int? TokensPerBatch { get; init; }

    /// <summary>Batches in one step. Every row weighs the same, and a short last group still makes a step. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Draws a new order for every epoch; false keeps the rows' order. Default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Puts rows of similar length into the same batch, which saves padding. Default true.</summary>
    public bool GroupByLength { get; init; } = true;

    /// <summary>Which rows make an epoch. Default random: each once.</summary>
    public Sampler Sampler { get; init; } = Sampler.Random;

    /// <summary>Threads that make batches ahead; 0 makes each when it is needed. What is learnt does not depend on it. Null (<c>auto</c>): 1.</summary>
    [Auto]
    public int? DataloaderNumWorkers { get; init; }

    /// <summary>Whether batches go to a GPU from pinned memory, while it still computes. Null (<c>auto</c>): where there is a GPU.</summary>
    [Auto]
    public bool? PinMemory { get; init; }

    /// <summary>Whether to compute in bfloat16 with float32 weights. Null (<c>auto</c>): where the device is fast at it.</summary>
    [Auto]
    public bool? Bf16 { get; init; }

    /// <summary>
    /// Whether to compute in float16 with float32 weights, for GPUs without bfloat16: the loss is scaled, and steps whose gradients
    /// overflow are skipped (Micikevicius et al. 2018, arXiv:1710.03740). Needs a CUDA device. Default false.
    /// </summary>
    public bool Fp16 { get; init; }

    /// <summary>Everything that is drawn descends from it, at least 0. Default 42.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>When the validation rows are evaluated. Default epoch.</summary>
    public IntervalStrategy EvalStrategy { get; init; } = IntervalStrategy.Epoch;

    /// <summary>Steps between evaluations where <see cref="EvalStrategy"/> is steps.</summary>
    public int? EvalSteps { get; init; }

    /// <summary>When a checkpoint to resume from is saved; <c>best/</c> and <c>last/</c> are kept in any case. Default epoch.</summary>
    public IntervalStrategy SaveStrategy { get; init; } = IntervalStrategy.Epoch;

    /// <summary>Steps between checkpoints where <see cref="SaveStrategy"/> is steps.</summary>
    public int? SaveSteps { get; init; }

    /// <summary>Keeps at most this many checkpoints, the newest. Null: all.</summary>
    public int? SaveTotalLimit { get; init; }

    /// <summary>
    /// Leaves the state of training out of checkpoints, which then hold the model alone and cannot be resumed from; <c>last/</c> of a run
    /// that is interrupted has it still. Default false.
    /// </summary>
    public bool SaveOnlyModel { get; init; }

    /// <summary>Evaluates and reports the best weights at the end instead of the last. Default true; false where a recipe switches evaluation off.</summary>
    public bool LoadBestModelAtEnd { get; init; } = true;

    /// <summary>Stops after this many evaluations in a row without a better one. Null: never. Default 2; null where a recipe switches evaluation off.</summary>
    public int? EarlyStoppingPatience { get; init; } = 2;

    /// <summary>The number that makes a checkpoint best: one of <see cref="MetricName.All"/>. Default f1_macro.</summary>
    public string MetricForBestModel { get; init; } = MetricName.F1Macro;

    /// <summary>Steps between training rows of the log. Default 10.</summary>
    public int LoggingSteps { get; init; } = 10;

    /// <summary>Training against small changes of the word embeddings: gradients of the changed pass are added to the plain one's. Default none.</summary>
    public Adversarial Adversarial { get; init; } = Adversarial.None;

    /// <summary>2-norm that the change of the whole word table may have, above 0. Default 1.</summary>
    public double AdversarialEpsilon { get; init; } = 1.0;

    /// <summary>2-norm of one step of pgd, above 0. Default 0.3.</summary>
    public double AdversarialAlpha { get; init; } = 0.3;

    /// <summary>Steps of pgd, at least 1; each costs a pass. Default 3.</summary>
    public int AdversarialSteps { get; init; } = 3;

    /// <summary>
    /// Decay of a moving average of the weights, above 0 and below 1; the average is evaluated and saved as <c>best/</c> and, when training is over, <c>last/</c>,
    /// while the weights themselves go on training. Early steps decay faster, by (1 + step) / (10 + step). Null: none.
    /// </summary>
    public double? EmaDecay { get; init; }

    /// <summary>
    /// At the end, averages the weights of this many newest checkpoints, evaluates the mean, and makes it the best where it is better
    /// (Izmailov et al. 2018, arXiv:1803.05407). At least 2. Null: not.
    /// </summary>
    public int? SwaCheckpoints { get; init; }

    /// <summary>
    /// Weight of the divergence between two dropout passes, at least 0; their losses are averaged, and the logged loss contains all of it.
    /// Default 0: one pass (Liang et al. 2021, arXiv:2106.14448).
    /// </summary>
    public double RDrop { get; init; }

    internal void Check(Problems problems)
    {
        void AtLeastOne(int? value, string key, string wayOut) => problems.Require(value is null or >= 1, $"training.{key}", "at least 1", value, wayOut);

        AtLeastOne(NumTrainEpochs, "num_train_epochs", "3 is usual; for a short trial set training.max_steps");
        AtLeastOne(MaxSteps, "max_steps", "use null to train by epochs");
        AtLeastOne(PerDeviceTrainBatchSize, "per_device_train_batch_size", "16 is usual");
        AtLeastOne(PerDeviceEvalBatchSize, "per_device_eval_batch_size", "32 is usual");
        AtLeastOne(TokensPerBatch, "tokens_per_batch", "use null to size batches by rows");
        AtLeastOne(GradientAccumulationSteps, "gradient_accumulation_steps", "1 makes every batch a step");
        AtLeastOne(EvalSteps, "eval_steps", "it counts steps between evaluations");
        AtLeastOne(SaveSteps, "save_steps", "it counts steps between checkpoints");
        AtLeastOne(SaveTotalLimit, "save_total_limit", "use null to keep all; to save none set training.save_strategy=no");
        AtLeastOne(EarlyStoppingPatience, "early_stopping_patience", "use null to train to the end");
        AtLeastOne(LoggingSteps, "logging_steps", "1 logs every step");
        problems.Require(DataloaderNumWorkers is null or >= 0, "training.dataloader_num_workers", "at least 0", DataloaderNumWorkers, "use auto");
        problems.Require(Seed >= 0, "training.seed", "at least 0", Seed, "any number will do, 42 is usual");
        problems.Require(EmaDecay is null or (> 0 and < 1), "training.ema_decay", "above 0 and below 1", EmaDecay, "0.999 is usual, null switches it off");
        problems.Require(RDrop >= 0 && double.IsFinite(RDrop), "training.r_drop", "at least 0", RDrop, "1 is usual, 0 switches it off");
        problems.Require(
            AdversarialEpsilon > 0 && double.IsFinite(AdversarialEpsilon),
            "training.adversarial_epsilon", "above 0", AdversarialEpsilon, "1 is usual; to switch it off set training.adversarial=none");
        problems.Require(AdversarialAlpha > 0 && double.IsFinite(AdversarialAlpha), "training.adversarial_alpha", "above 0", AdversarialAlpha, "0.3 is usual");
        problems.Require(AdversarialSteps >= 1, "training.adversarial_steps", "at least 1", AdversarialSteps, "3 is usual");
        problems.Require(SwaCheckpoints is null or >= 2, "training.swa_checkpoints", "at least 2", SwaCheckpoints, "3 is usual, null switches it off");
        problems.Require(
            SwaCheckpoints is null || SaveStrategy != IntervalStrategy.No,
            "training.swa_checkpoints", "null where training.save_strategy is no", SwaCheckpoints,
            "averaging needs checkpoints: set training.save_strategy to epoch or steps", "training.save_strategy");
        problems.Require(
            SwaCheckpoints is null || EvalStrategy != IntervalStrategy.No,
            "training.swa_checkpoints", "null where training.eval_strategy is no", SwaCheckpoints,
            "whether the mean is better needs an evaluation: set training.eval_strategy to epoch or steps", "training.eval_strategy");
        problems.Require(
            SwaCheckpoints is null or < 2 || SaveTotalLimit is null || SaveTotalLimit >= SwaCheckpoints,
            "training.save_total_limit", $"at least training.swa_checkpoints ({SwaCheckpoints}), or null", SaveTotalLimit,
            "checkpoints to average have to be kept", "training.swa_checkpoints");
        problems.Require(
            MetricName.All.Contains(MetricForBestModel),
            "training.metric_for_best_model", $"one of {string.Join(", ", MetricName.All)}",
            MetricForBestModel, MetricName.Nearest(MetricForBestModel) is { } meant ? $"use {meant}" : "f1_macro suits unbalanced labels");

        problems.Require(
            Sampler != Sampler.Weighted || Shuffle,
            "training.shuffle", "true where training.sampler is weighted", Shuffle,
            "weighted rows are drawn; to keep the rows' order use training.sampler=random", "training.sampler");
        problems.Require(!Fp16 || Bf16 != true, "training.fp16", "false where training.bf16 is true", Fp16, "choose one of the two", "training.bf16");
        problems.Require(
            EvalStrategy != IntervalStrategy.Steps || EvalSteps is not null,
            "training.eval_steps", "given where training.eval_strategy is steps", EvalSteps,
            "set it to the steps between evaluations", "training.eval_strategy");
        problems.Require(
            SaveStrategy != IntervalStrategy.Steps || SaveSteps is not null,
            "training.save_steps", "given where training.save_strategy is steps", SaveSteps,
            "set it to the steps between checkpoints", "training.save_strategy");
        problems.Require(
            EvalStrategy != IntervalStrategy.No || EarlyStoppingPatience is null,
            "training.early_stopping_patience", "null where training.eval_strategy is no", EarlyStoppingPatience,
            "stopping early needs evaluations: set training.eval_strategy to epoch or steps, or this to null", "training.eval_strategy");
        problems.Require(
            EvalStrategy != IntervalStrategy.No || !LoadBestModelAtEnd,
            "training.load_best_model_at_end", "false where training.eval_strategy is no", LoadBestModelAtEnd,
            "finding the best needs evaluations: set training.eval_strategy to epoch or steps, or this to false", "training.eval_strategy");
    }
}

/// <summary>Which rows make an epoch.</summary>
public enum Sampler
{
    /// <summary>Each row once.</summary>
    Random,

    /// <summary>As many rows as there are, drawn with replacement, every class equally likely.</summary>
    Weighted,

    /// <summary>As many rows of every class as the rarest has, drawn anew for each epoch.</summary>
    Downsample,
}

/// <summary>How often something happens.</summary>
public enum IntervalStrategy
{
    /// <summary>Never.</summary>
    No,

    /// <summary>After every pass over the rows.</summary>
    Epoch,

    /// <summary>Every so many optimizer steps.</summary>
    Steps,
}

/// <summary>Training against small changes of the embeddings.</summary>
public enum Adversarial
{
    /// <summary>Off.</summary>
    None,

    /// <summary>One step along the gradient (Miyato et al. 2017, arXiv:1605.07725).</summary>
    Fgm,

    /// <summary>Several projected steps (Madry et al. 2018, arXiv:1706.06083).</summary>
    Pgd,
}
