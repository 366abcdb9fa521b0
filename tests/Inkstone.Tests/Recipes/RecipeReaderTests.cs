using Inkstone.Recipes;
using Inkstone.Text.Cleaning;
using Shouldly;
using Xunit;
using static Inkstone.Tests.Recipes.RecipeYaml;

namespace Inkstone.Tests.Recipes;

public sealed class RecipeReaderTests
{
    [Fact]
    public void Read_RequiredKeysOnly_HasTheDefaultsOfTheContract()
    {
        var recipe = Read(Required);

        recipe.ShouldBe(new Recipe { Data = new() { TrainFile = "/rows.csv" }, Model = new() { NameOrPath = "org/encoder" } });
        recipe.Data.ValidationSplit.ShouldBe(0.1);
        recipe.Data.Cleaning.ShouldBe(new CleaningOptions { DropEmpty = true, DropDuplicates = true, DropConflicting = false, MinCharacters = 1 });
        recipe.Tokenizer.ShouldBe(new TokenizerOptions { MaxLength = 128, HeadTokens = 128, Stride = 128 });
        recipe.Optimizer.ShouldBe(new OptimizerOptions { LearningRate = 2e-5, WeightDecay = 0.01, AdamBeta1 = 0.9, AdamBeta2 = 0.999, AdamEpsilon = 1e-8, MaxGradNorm = 1, LayerWiseLrDecay = 1 });
        recipe.Scheduler.ShouldBe(new SchedulerOptions { LrSchedulerType = LrSchedulerType.Linear, WarmupRatio = 0.06, Power = 1, LrEnd = 1e-7 });
        recipe.Training.ShouldBe(new TrainingOptions
        {
            NumTrainEpochs = 3,
            PerDeviceTrainBatchSize = 16,
            PerDeviceEvalBatchSize = 32,
            GradientAccumulationSteps = 1,
            Seed = 42,
            EvalStrategy = IntervalStrategy.Epoch,
            SaveStrategy = IntervalStrategy.Epoch,
            LoadBestModelAtEnd = true,
            EarlyStoppingPatience = 2,
            MetricForBestModel = "f1_macro",
            LoggingSteps = 10,
        });
        recipe.Tracking.ReportTo.ShouldBe([Tracker.Csv, Tracker.Tensorboard]);
    }

    [Fact]
    public void Read_KeysOfEverySection_AreTaken()
    {
        var recipe = Read("""
            data:
              train_file: /a.csv
              label_names: [否, "是", 0]
              label_map: {0: 否, "1": 是, x: 0}
              group_column: 用户
              encoding: GBK
              cleaning: {drop_empty: false, max_characters: 500}
            tokenizer: {max_length: 48, truncation_side: both, head_tokens: 8}
            model:
              name_or_path: bert-base-chinese
              pooling: mean
              dropout: 0.0
            loss: {name: focal, class_weights: [1, 2.5, 1e-1], gamma: 1.5}
            optimizer: {learning_rate: 4e-4}
            scheduler: {lr_scheduler_type: cosine_with_restarts, num_cycles: 2}
            training:
              num_train_epochs: 3.0
              bf16: true
              eval_strategy: "steps"
              eval_steps: 1e2
            tracking: {report_to: csv, run_name: 试验-1}
            """);

        recipe.Data.LabelNames.ShouldBe(["否", "是", "0"]);
        recipe.Data.LabelMap.ShouldBe(new ValueMap([new("0", "否"), new("1", "是"), new("x", "0")]));
        recipe.Data.GroupColumn.ShouldBe("用户");
        recipe.Data.Encoding.ShouldBe("GBK");
        recipe.Data.Cleaning.ShouldBe(new CleaningOptions { DropEmpty = false, MaxCharacters = 500 });
        recipe.Tokenizer.ShouldBe(new TokenizerOptions { MaxLength = 48, TruncationSide = TruncationSide.Both, HeadTokens = 8 });
        recipe.Model.ShouldBe(new ModelOptions { NameOrPath = "bert-base-chinese", Pooling = Pooling.Mean, Dropout = 0 });
        recipe.Loss.ShouldBe(new LossOptions { Name = LossName.Focal, ClassWeights = ClassWeights.Given([1, 2.5, 0.1]), Gamma = 1.5 });
        recipe.Optimizer.LearningRate.ShouldBe(4e-4);
        recipe.Scheduler.EffectiveNumCycles.ShouldBe(2);
        recipe.Training.ShouldBe(new TrainingOptions { Bf16 = true, EvalStrategy = IntervalStrategy.Steps, EvalSteps = 100 });
        recipe.Tracking.RunName.ShouldBe("试验-1");
    }

    [Theory]
    [InlineData("2e-5", 2e-5)]
    [InlineData("1e-07", 1e-7)]
    [InlineData("2.0E-5", 2e-5)]
    [InlineData("2.0e-05", 2e-5)]
    [InlineData("+.5", 0.5)]
    [InlineData("5.e-1", 0.5)]
    [InlineData("0.00002", 2e-5)]
    public void Read_NumberForms_AreNumbers(string text, double expected) =>
        Read(Required + $"optimizer: {{learning_rate: {text}}}").Optimizer.LearningRate.ShouldBe(expected);

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    public void Read_NullForms_AreNull(string text) =>
        Read(Required + $"training:\n  early_stopping_patience: {text}").Training.EarlyStoppingPatience.ShouldBeNull();

    [Theory]
    [InlineData("auto", null)]
    [InlineData("null", null)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    public void Read_AutoKey_IsNullOrTheValue(string text, bool? expected) =>
        Read(Required + $"training: {{bf16: {text}}}").Training.Bf16.ShouldBe(expected);

    [Fact]
    public void Read_QuotedAuto_IsAColumnOfThatName() =>
        Read(Required, "data.text_column='auto'").Data.TextColumn.ShouldBe("auto");

    [Fact]
    public void Read_JsonForms_AreYaml()
    {
        var recipe = Read("""{"data": {"train_file": "/a.csv", "label_names": ["neg", "pos"]}, "model": {"name_or_path": "m"}, "training": {"bf16": null, "eval_strategy": "no"}}""");

        recipe.Data.LabelNames.ShouldBe(["neg", "pos"]);
        recipe.Training.EvalStrategy.ShouldBe(IntervalStrategy.No);
    }

    [Fact]
    public void Read_EmptySection_HasItsDefaults() =>
        Read(Required + "training:\nloss: {}\n").ShouldBe(Read(Required));

    [Fact]
    public void Read_ManyMistakes_ReportsAllInTheOrderOfTheFile() => ProblemsOf("""
        tokenizer:
          max_len: 64
          stride: x
        optimizer: {learning_rate: 0}
        traning: {seed: 1}
        """, "loss.gamma=-1").ShouldBe([
            "r.yaml:4: tokenizer.max_len is no key of a recipe; did you mean tokenizer.max_length?",
            "r.yaml:5: tokenizer.stride must be a whole number, but is x; use 128, the default, if in doubt.",
            "r.yaml:6: optimizer.learning_rate must be above 0 and below 1, but is 0; BERT usually wants 1e-5 to 5e-5.",
            "r.yaml:7: traning is no section of a recipe; did you mean training?",
            "--set loss.gamma=-1: loss.gamma must be at least 0, but is -1; 1 to 2 is usual, 0 is cross-entropy.",
        ]);

    [Fact]
    public void Read_EmptyText_AsksForWhatEveryRecipeNeeds() => Should.Throw<RecipeException>(() => Read("# nothing\n")).Problems.Select(problem => problem.ToString()).ShouldBe([
        "r.yaml: data.train_file must be the file with the training rows, but is empty; set it in the recipe or with --train-file.",
        "r.yaml: model.name_or_path must be a model folder or a hub name, but is empty; set it in the recipe or with --model.",
    ]);

    [Theory]
    [InlineData("training: {learning_rate: 1e-5}", "r.yaml:3: training.learning_rate is no key of a recipe; did you mean optimizer.learning_rate?")]
    [InlineData("training: {batch_size: 8}", "r.yaml:3: training.batch_size is no key of a recipe; did you mean training.per_device_train_batch_size?")]
    [InlineData("training: {warmup_step: 8}", "r.yaml:3: training.warmup_step is no key of a recipe; did you mean scheduler.warmup_steps?")]
    [InlineData("loss: {zzzzzzzz: 8}", "r.yaml:3: loss.zzzzzzzz is no key of a recipe; loss has name, class_weights, gamma, tau, label_smoothing, adjust_at_inference.")]
    [InlineData("seed: 8", "r.yaml:3: seed is no section of a recipe; the key stands in a section: training.seed.")]
    [InlineData("zzzzzzzz: 8", "r.yaml:3: zzzzzzzz is no section of a recipe; there are data, tokenizer, model, loss, optimizer, scheduler, training, tracking.")]
    [InlineData("explain: {}", "r.yaml:3: section explain is not available in this version yet; remove it.")]
    [InlineData("evaluation:", "r.yaml:3: section evaluation is not available in this version yet; remove it.")]
    [InlineData("distributed: {x: 1}", "r.yaml:3: section distributed is not available in this version yet; remove it.")]
    [InlineData("loss: focal", "r.yaml:3: loss must be a section with keys, but is focal; its keys are name, class_weights, gamma, tau, label_smoothing, adjust_at_inference.")]
    [InlineData("loss: {name: focal}\nloss: {gamma: 1}", "r.yaml:4: loss stands twice, first in line 3; remove one of the two.")]
    [InlineData("loss:\n  gamma: 1\n  tau: 2\n  gamma: 2", "r.yaml:6: loss.gamma stands twice, first in line 4; remove one of the two.")]
    public void Read_WrongKey_SaysWhichAndWhatWasMeant(string yaml, string expected) => ProblemsOf(yaml).ShouldBe([expected]);

    [Theory]
    [InlineData("training.seed=x", "training.seed must be a whole number, but is x; use 42, the default, if in doubt.")]
    [InlineData("training.seed=1.5", "training.seed must be a whole number, but is 1.5; leave the fraction out.")]
    [InlineData("training.seed=99999999999", "training.seed must be a whole number, but is 99999999999; the largest is 2147483647.")]
    [InlineData("training.seed=null", "training.seed must be a whole number, but is null; use 42, the default, if in doubt.")]
    [InlineData("training.seed='7'", "training.seed must be a whole number, but is \"7\"; write 7 without quotes.")]
    [InlineData("training.num_train_epochs=2.5", "training.num_train_epochs must be a whole number, but is 2.5; for part of an epoch set training.max_steps.")]
    [InlineData("training.max_steps=x", "training.max_steps must be a whole number or null, but is x; use null, the default, if in doubt.")]
    [InlineData("training.bf16=yes", "training.bf16 must be true or false or auto, but is yes; use auto.")]
    [InlineData("training.shuffle=1", "training.shuffle must be true or false, but is 1; use true, the default, if in doubt.")]
    [InlineData("training.eval_strategy=never", "training.eval_strategy must be one of no, epoch, steps, but is never; use epoch, the default, if in doubt.")]
    [InlineData("training.eval_strategy=step", "training.eval_strategy must be one of no, epoch, steps, but is step; use steps.")]
    [InlineData("training.eval_strategy=[no]", "training.eval_strategy must be one of no, epoch, steps, but is [no]; use epoch, the default, if in doubt.")]
    [InlineData("optimizer.learning_rate=.nan", "optimizer.learning_rate must be a number, but is .nan; use 2e-05, the default, if in doubt.")]
    [InlineData("optimizer.learning_rate=1e999", "optimizer.learning_rate must be a number, but is 1e999; use 2e-05, the default, if in doubt.")]
    [InlineData("optimizer.learning_rate='2e-5'", "optimizer.learning_rate must be a number, but is \"2e-5\"; write 2e-5 without quotes.")]
    [InlineData("data.train_file=null", "data.train_file must be a text or a list of texts, but is null; write a file or a name.")]
    [InlineData("data.test_file={a: b}", "data.test_file must be a text or a list of texts or null, but is {a: b}; use null, the default, if in doubt.")]
    [InlineData("data.label_names=neg", "data.label_names must be a list of texts or null, but is neg; write it like [neg].")]
    [InlineData("data.label_names=[neg, null]", "data.label_names must be a list of texts or null, but is [neg, null]; use null, the default, if in doubt.")]
    [InlineData("data.label_map=neg", "data.label_map must be a map from texts to texts or null, but is neg; write it like {0: neg, 1: pos}, each key once.")]
    [InlineData("data.label_map={0: neg, 0: pos}", "data.label_map must be a map from texts to texts or null, but is {0: neg, 0: pos}; write it like {0: neg, 1: pos}, each key once.")]
    [InlineData("data.encoding=latin1", "data.encoding must be one of auto, utf-8, gb18030, gbk, gb2312, big5, utf-16, utf-16le, utf-16be, but is latin1; use auto to have it told from the bytes.")]
    [InlineData("loss.class_weights=balance", "loss.class_weights must be none, balanced, effective or a list of numbers, but is balance; use balanced.")]
    [InlineData("loss.class_weights=[1, x]", "loss.class_weights must be none, balanced, effective or a list of numbers, but is [1, x]; use none, the default, if in doubt.")]
    [InlineData("tracking.report_to=[mlflow]", "tracking.report_to must be one of csv, tensorboard, wandb, none, or a list of them, but is [mlflow]; use [csv, tensorboard], the default, if in doubt.")]
    [InlineData("tracking.report_to=foo", "tracking.report_to must be one of csv, tensorboard, wandb, none, or a list of them, but is foo; use [csv, tensorboard], the default, if in doubt.")]
    [InlineData("tracking.report_to=[csv, tensorbord]", "tracking.report_to must be one of csv, tensorboard, wandb, none, or a list of them, but is [csv, tensorbord]; use tensorboard.")]
    public void Read_WrongType_SaysKeyRuleValueAndWayOut(string set, string expected) =>
        ProblemsOfSet(set).ShouldBe([$"--set {set}: {expected}"]);

    [Theory]
    [InlineData("loss: {gamma: [1, 2", 3)]
    [InlineData("loss:\n\tgamma: 1", 4)]
    [InlineData("loss: {gamma: 1}\n---\nloss: {}", 4)]
    [InlineData("loss: &x {gamma: 1}", 3)]
    [InlineData("loss:\n  gamma: !!float 1", 4)]
    [InlineData("loss: {gamma: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", 3)]
    [InlineData("loss:\n  {a: b}: c", 4)]
    public void Read_NoPlainYaml_SaysTheLine(string yaml, int line)
    {
        var problem = Should.Throw<RecipeException>(() => Read(Required + yaml)).Problems.ShouldHaveSingleItem();

        problem.Where.ShouldBe($"r.yaml:{line}");
    }

    [Theory]
    [InlineData("loss:\n\tgamma: 1", "r.yaml:4: this is no YAML: While scanning a mapping, found invalid tab as indentation.")]
    [InlineData("loss: {}\n---\nloss: {}", "r.yaml:4: a recipe is one YAML document; remove the second one.")]
    [InlineData("loss:\n  {a: b}: c", "r.yaml:4: a key has to be a word.")]
    [InlineData("loss: {gamma: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", "r.yaml:3: a recipe has no values this deep; check brackets and indentation.")]
    public void Read_NoPlainYaml_SaysWhatIsWrong(string yaml, string expected) => ProblemsOf(yaml).ShouldBe([expected]);

    [Fact]
    public void Read_Alias_SaysToWriteItOut() => ProblemsOf("loss: *x").ShouldBe([
        "r.yaml:3: anchors (&), aliases (*) and tags (!) are not read in a recipe; write the value out."]);

    [Fact]
    public void Read_List_SaysThatARecipeHasSections() => Should.Throw<RecipeException>(() => Read("- a\n")).Problems[0].ToString().ShouldBe(
        "r.yaml:1: a recipe must be sections with keys, but is [a]; begin with a line such as data: and indent its keys.");

    [Fact]
    public void Read_UnreadableValue_BreaksNoRuleBesides() =>
        ProblemsOf("tokenizer: {long_text: chunk, max_length: x}").Length.ShouldBe(1);
}
