using FsCheck;
using FsCheck.Fluent;
using Inkstone.Recipes;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Recipes;

public sealed class RecipeWriterTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements("标签", "no", "null", "~", "1e-5", "true", "a: b", "- x", "#", "'", "\"", "\\n", "😀", " 空 ", "[a, b]", "{", "auto", "&a", "a\nb\tc", "\u2028", "0", ".inf", "<<"),
        ArbMap.Default.GeneratorFor<NonEmptyString>().Select(text => text.Get).Where(text => !text.Any(char.IsSurrogate) && !text.Contains('\0')));

    private static readonly Gen<double> Shares = Gen.Choose(1, 999_999).Select(n => n / 1_000_003.0);

    private static readonly Gen<Recipe> Recipes =
        from data in
            from labels in Texts.ArrayOf(4).Select(texts => texts.Distinct().ToArray())
            from share in Shares
            from column in Texts.OrNull()
            from map in Texts.ArrayOf(4).Select(texts => texts.Where(text => text.Length > 0).Distinct().Select(text => KeyValuePair.Create(text, text)).ToArray())
            from limit in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 100).Select(n => (int?)n))
            from empty in Gen.Elements(true, false)
            select new DataOptions
            {
                TrainFile = empty ? "/数据/a b: c.csv" : ["/数据/a b: c.csv", "/数据/**/*.jsonl"],
                Where = column is null ? null : "\"评分\" >= 4",
                TextColumn = column,
                LabelNames = labels.Length < 2 ? null : [.. labels],
                LabelMap = map.Length == 0 ? null : new(map),
                GroupColumn = column,
                ValidationSplit = share,
                MaxTrainSamples = limit,
                Cleaning = new() { DropEmpty = empty, MaxCharacters = limit },
            }
        from model in
            from name in Texts.Where(text => text[0] is not ('.' or '/') && !Directory.Exists(Path.Combine("/base", text)))
            from pooling in Gen.Elements(Enum.GetValues<Pooling>())
            from dropout in Gen.OneOf(Gen.Constant<double?>(null), Shares.Select(share => (double?)share))
            select new ModelOptions { NameOrPath = name, Pooling = pooling, Dropout = dropout }
        from loss in
            from weights in Gen.OneOf(Gen.Elements(ClassWeights.None, ClassWeights.Balanced, ClassWeights.Effective), Shares.ArrayOf(3).Select(ClassWeights.Given))
            from name in Gen.Elements(Enum.GetValues<LossName>())
            select new LossOptions { Name = name, ClassWeights = weights }
        from rate in Shares
        from epsilon in Gen.Choose(1, 300).Select(exponent => Math.Pow(10, -exponent))
        from scheduler in Gen.OneOf(
            Shares.Select(ratio => new SchedulerOptions { WarmupRatio = ratio }),
            Gen.Choose(0, 1000).Select(steps => new SchedulerOptions { WarmupSteps = steps, WarmupRatio = 0 }))
        from training in
            from bf16 in Gen.Elements<bool?>(null, true, false)
            from seed in Gen.Choose(0, int.MaxValue)
            from metric in Gen.Elements("loss", "accuracy", "f1_macro")
            from strategy in Gen.Elements(Enum.GetValues<IntervalStrategy>())
            select new TrainingOptions
            {
                Bf16 = bf16,
                Seed = seed,
                MetricForBestModel = metric,
                EvalStrategy = strategy,
                EvalSteps = strategy == IntervalStrategy.Steps ? 7 : null,
                EarlyStoppingPatience = strategy == IntervalStrategy.No ? null : 3,
                LoadBestModelAtEnd = strategy != IntervalStrategy.No,
            }
        select new Recipe
        {
            Data = data,
            Model = model,
            Loss = loss,
            Optimizer = new() { LearningRate = rate, AdamEpsilon = epsilon },
            Scheduler = scheduler,
            Training = training,
        };

    [Fact]
    public void Write_AnyValidRecipe_ReadsBackEqual() => Prop.ForAll(
        Recipes.Where(recipe => recipe.FindProblems().Count == 0).ToArbitrary(),
        recipe => RecipeYaml.Read(RecipeWriter.Write(recipe)).ShouldBe(recipe)).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_Recipe_HasEveryKeyOnce()
    {
        var yaml = RecipeWriter.Write(RecipeYaml.Read(RecipeYaml.Required, "training.eval_strategy=no", "data.label_names=[否, no]"));

        yaml.ShouldStartWith("""
            data:
              train_file: /rows.csv
              validation_file: null
              test_file: null
              where: null
              text_column: auto
              text_pair_column: null
              label_column: auto
              id_column: null
              group_column: null
              label_map: null
              encoding: auto
              label_names: [否, "no"]
              validation_split: 0.1
              stratify: true
              split_seed: 42
              max_train_samples: null
              cache: true
              cleaning:
                drop_empty: true
                drop_duplicates: true
                drop_normalized_duplicates: false
                drop_conflicting: false
                min_characters: 1
                max_characters: null
                normalize: none
                traditional_to_simplified: false
                decode_html_entities: null
                strip_control_characters: null
                full_width_to_half_width: null
                nfkc: null
                collapse_whitespace: null
                retweet_chains: null
                urls: null
                user_names: null
                topics: null
                emoticons: null
                emoji: null
                repeated_characters: null
                retweet_word: 转发
                url_word: 链接
                user_word: 用户
            tokenizer:
              max_length: 128

            """);
        yaml.ShouldContain("  learning_rate: 2.0e-05\n");
        yaml.ShouldContain("  eval_strategy: \"no\"\n");
        yaml.ShouldContain("  report_to: [csv, tensorboard]\n");
        yaml.Split('\n').Count(line => line.Contains(": ", StringComparison.Ordinal)).ShouldBe(RecipeKeys.Root.Leaves.Count());
    }

    [Fact]
    public void Write_EqualRecipes_IsTheSameText() =>
        RecipeWriter.Write(RecipeYaml.Read(RecipeYaml.Required)).ShouldBe(RecipeWriter.Write(RecipeYaml.Read(RecipeYaml.Required)));
}
