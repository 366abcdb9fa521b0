using Inkstone.Recipes;
using Shouldly;
using Xunit;
using static Inkstone.Tests.Recipes.RecipeYaml;

namespace Inkstone.Tests.Recipes;

/// <summary>Both sides of every rule's border, and the sentence of the wrong side.</summary>
public sealed class RecipeRulesTests
{
    [Theory]
    [InlineData("data.validation_split=0.999", "data.validation_split=1", "data.validation_split must be at least 0 and below 1, but is 1; 0.1 holds back every tenth row; for a fixed set give data.validation_file.")]
    [InlineData("data.validation_split=0.001", "data.validation_split=-0.001", "data.validation_split must be at least 0 and below 1, but is -0.001; 0.1 holds back every tenth row; for a fixed set give data.validation_file.")]
    [InlineData("data.max_train_samples=1", "data.max_train_samples=0", "data.max_train_samples must be at least 1, but is 0; use null for all rows.")]
    [InlineData("data.label_names=[a, b]", "data.label_names=[a]", "data.label_names must be a list of at least two names, but is [a]; name every label, or use null to take the names from the rows.")]
    [InlineData("data.label_names=[a, A]", "data.label_names=[a, a]", "data.label_names must be without repetitions, but is [a, a]; list each label once, in the order of the ids.")]
    [InlineData("data.label_names=[a, ' ']", "data.label_names=[a, '']", "data.label_names must be without empty names, but is [a, empty]; name every label.")]
    [InlineData("data.text_column=x", "data.text_column=''", "data.text_column must be a column's name, but is empty; use auto to find it by its usual names.")]
    [InlineData("data.id_column=x", "data.id_column=''", "data.id_column must be a column's name, but is empty; use null for none.")]
    [InlineData("data={text_column: a, text_pair_column: b}", "data={text_column: a, text_pair_column: a}", "data.text_pair_column must be another column than data.text_column, but is a; use null for single texts.")]
    [InlineData("data.cleaning.min_characters=0", "data.cleaning.min_characters=-1", "data.cleaning.min_characters must be at least 0, but is -1; use 0 for no limit.")]
    [InlineData("data.cleaning.max_characters=1", "data.cleaning.max_characters=0", "data.cleaning.max_characters must be at least 1, but is 0; use null for no limit.")]
    [InlineData("data.cleaning={min_characters: 5, max_characters: 5}", "data.cleaning={min_characters: 5, max_characters: 4}", "data.cleaning.max_characters must be at least data.cleaning.min_characters (5), but is 4; raise it or lower the other.")]
    [InlineData("data.cleaning={normalize: weibo, repeated_characters: 0}", "data.cleaning.repeated_characters=-1", "data.cleaning.repeated_characters must be at least 0, but is -1; 3 is usual, and 0 sets no limit.")]
    [InlineData("data.cleaning={urls: replace, url_word: 网址}", "data.cleaning={urls: replace, url_word: ''}", "data.cleaning.url_word must be a word, but is empty; to have none, say remove instead of replace.")]
    [InlineData("tokenizer.max_length=3", "tokenizer.max_length=2", "tokenizer.max_length must be at least 3, but is 2; [CLS] and [SEP] need two tokens; short texts usually want 128.")]
    [InlineData("tokenizer.head_tokens=0", "tokenizer.head_tokens=-1", "tokenizer.head_tokens must be at least 0, but is -1; it counts the tokens kept from the beginning.")]
    [InlineData("tokenizer={max_length: 66, truncation_side: both, head_tokens: 64}", "tokenizer={max_length: 66, truncation_side: both, head_tokens: 65}", "tokenizer.head_tokens must be at most tokenizer.max_length - 2 (64) where tokenizer.truncation_side is both, but is 65; lower it (a quarter of the text is usual: 16) or raise tokenizer.max_length.")]
    [InlineData("tokenizer.stride=0", "tokenizer.stride=-1", "tokenizer.stride must be at least 0, but is -1; it counts the tokens that neighbouring chunks share.")]
    [InlineData("tokenizer={max_length: 66, long_text: chunk, stride: 63}", "tokenizer={max_length: 66, long_text: chunk, stride: 64}", "tokenizer.stride must be below tokenizer.max_length - 2 (64) where tokenizer.long_text is chunk, but is 64; lower it (a quarter of the chunk is usual: 16) or raise tokenizer.max_length.")]
    [InlineData("tokenizer.max_chunks=1", "tokenizer.max_chunks=0", "tokenizer.max_chunks must be at least 1, but is 0; use null for all chunks.")]
    [InlineData("model.dropout=0", "model.dropout=1", "model.dropout must be at least 0 and below 1, but is 1; use null for the model's own (BERT: 0.1).")]
    [InlineData("model.classifier_dropout=0.99", "model.classifier_dropout=-0.1", "model.classifier_dropout must be at least 0 and below 1, but is -0.1; use null for the model's own.")]
    [InlineData("model.freeze_layers=0", "model.freeze_layers=-1", "model.freeze_layers must be at least 0, but is -1; 0 trains every layer.")]
    [InlineData("loss.class_weights=[0, 1]", "loss.class_weights=[1]", "loss.class_weights must be one weight for each label, but is [1]; list them in the order of the label ids, or use balanced.")]
    [InlineData("loss.class_weights=[0.5, 1]", "loss.class_weights=[-0.5, 1]", "loss.class_weights must be finite numbers of at least 0, but is [-0.5, 1]; a weight of 1 leaves a class as it is.")]
    [InlineData("loss.class_weights=[0, 0.1]", "loss.class_weights=[0, 0]", "loss.class_weights must be above 0 for at least one label, but is [0, 0]; a weight of 1 leaves a class as it is.")]
    [InlineData("loss.gamma=0", "loss.gamma=-0.1", "loss.gamma must be at least 0, but is -0.1; 1 to 2 is usual, 0 is cross-entropy.")]
    [InlineData("loss.tau=0", "loss.tau=-0.1", "loss.tau must be at least 0, but is -0.1; 1 is usual, 0 adjusts nothing.")]
    [InlineData("loss.label_smoothing=0.99", "loss.label_smoothing=1", "loss.label_smoothing must be at least 0 and below 1, but is 1; 0.1 is usual, 0 switches it off.")]
    [InlineData("optimizer.learning_rate=1e-300", "optimizer.learning_rate=0", "optimizer.learning_rate must be above 0 and below 1, but is 0; BERT usually wants 1e-5 to 5e-5.")]
    [InlineData("optimizer.learning_rate=2e-5", "optimizer.learning_rate=-2e-5", "optimizer.learning_rate must be above 0 and below 1, but is -2e-05; BERT usually wants 1e-5 to 5e-5.")]
    [InlineData("optimizer.learning_rate=0.999", "optimizer.learning_rate=1", "optimizer.learning_rate must be above 0 and below 1, but is 1; BERT usually wants 1e-5 to 5e-5.")]
    [InlineData("optimizer.weight_decay=0", "optimizer.weight_decay=1", "optimizer.weight_decay must be at least 0 and below 1, but is 1; 0.01 is usual, 0 switches it off.")]
    [InlineData("optimizer.adam_beta1=0", "optimizer.adam_beta1=1", "optimizer.adam_beta1 must be at least 0 and below 1, but is 1; 0.9 is usual.")]
    [InlineData("optimizer.adam_beta2=0", "optimizer.adam_beta2=1", "optimizer.adam_beta2 must be at least 0 and below 1, but is 1; 0.999 is usual.")]
    [InlineData("optimizer.adam_epsilon=1e-12", "optimizer.adam_epsilon=0", "optimizer.adam_epsilon must be above 0 and below 1, but is 0; 1e-8 is usual.")]
    [InlineData("optimizer.max_grad_norm=0", "optimizer.max_grad_norm=-1", "optimizer.max_grad_norm must be at least 0, but is -1; 1 is usual, 0 switches clipping off.")]
    [InlineData("optimizer.layer_wise_lr_decay=1", "optimizer.layer_wise_lr_decay=1.01", "optimizer.layer_wise_lr_decay must be above 0 and at most 1, but is 1.01; 0.95 is usual, 1 gives every layer the same rate.")]
    [InlineData("optimizer.layer_wise_lr_decay=0.01", "optimizer.layer_wise_lr_decay=0", "optimizer.layer_wise_lr_decay must be above 0 and at most 1, but is 0; 0.95 is usual, 1 gives every layer the same rate.")]
    [InlineData("scheduler.warmup_ratio=1", "scheduler.warmup_ratio=500", "scheduler.warmup_ratio must be between 0 and 1, but is 500; for a number of steps set scheduler.warmup_steps.")]
    [InlineData("scheduler.warmup_steps=0", "scheduler.warmup_steps=-1", "scheduler.warmup_steps must be at least 0, but is -1; use null to warm up by scheduler.warmup_ratio.")]
    [InlineData("scheduler={warmup_steps: 10, warmup_ratio: 0}", "scheduler={warmup_steps: 10, warmup_ratio: 0.1}", "scheduler.warmup_ratio must be 0 where scheduler.warmup_steps is given (10), but is 0.1; remove one of the two.")]
    [InlineData("scheduler.num_cycles=0.5", "scheduler.num_cycles=0", "scheduler.num_cycles must be above 0, but is 0; use null for the schedule's own default.")]
    [InlineData("scheduler={lr_scheduler_type: cosine_with_restarts, num_cycles: 2}", "scheduler={lr_scheduler_type: cosine_with_restarts, num_cycles: 1.5}", "scheduler.num_cycles must be a whole number where scheduler.lr_scheduler_type is cosine_with_restarts, but is 1.5; it counts the restarts' waves; for part of a wave use cosine.")]
    [InlineData("scheduler.power=0.1", "scheduler.power=0", "scheduler.power must be above 0, but is 0; 1 falls linearly, 2 like a parabola.")]
    [InlineData("scheduler.lr_end=0", "scheduler.lr_end=1", "scheduler.lr_end must be at least 0 and below 1, but is 1; 1e-7 is usual.")]
    [InlineData("scheduler={lr_scheduler_type: polynomial, lr_end: 1.9e-5}", "scheduler={lr_scheduler_type: polynomial, lr_end: 2e-5}", "scheduler.lr_end must be below optimizer.learning_rate (2e-05) where scheduler.lr_scheduler_type is polynomial, but is 2e-05; lower it, 1e-7 is usual.")]
    [InlineData("data={validation_split: 0, validation_file: /v.csv}", "data.validation_split=0", "data.validation_split must be above 0 where there is no data.validation_file, but is 0; hold back some rows, or set training.eval_strategy=no.")]
    [InlineData("data={validation_split: 0, train_file: /}", "data.validation_split=0", "data.validation_split must be above 0 where there is no data.validation_file, but is 0; hold back some rows, or set training.eval_strategy=no.")]
    [InlineData("training.num_train_epochs=1", "training.num_train_epochs=0", "training.num_train_epochs must be at least 1, but is 0; 3 is usual; for a short trial set training.max_steps.")]
    [InlineData("training.max_steps=1", "training.max_steps=0", "training.max_steps must be at least 1, but is 0; use null to train by epochs.")]
    [InlineData("training.per_device_train_batch_size=1", "training.per_device_train_batch_size=0", "training.per_device_train_batch_size must be at least 1, but is 0; 16 is usual.")]
    [InlineData("training.per_device_eval_batch_size=1", "training.per_device_eval_batch_size=0", "training.per_device_eval_batch_size must be at least 1, but is 0; 32 is usual.")]
    [InlineData("training.tokens_per_batch=128", "training.tokens_per_batch=127", "training.tokens_per_batch must be at least tokenizer.max_length (128), but is 127; a batch has to hold one sequence; 4096 is usual.")]
    [InlineData("training.tokens_per_batch=4096", "training.tokens_per_batch=0", "training.tokens_per_batch must be at least 1, but is 0; use null to size batches by rows.")]
    [InlineData("training.gradient_accumulation_steps=1", "training.gradient_accumulation_steps=0", "training.gradient_accumulation_steps must be at least 1, but is 0; 1 makes every batch a step.")]
    [InlineData("training.seed=0", "training.seed=-1", "training.seed must be at least 0, but is -1; any number will do, 42 is usual.")]
    [InlineData("training.eval_steps=1", "training.eval_steps=0", "training.eval_steps must be at least 1, but is 0; it counts steps between evaluations.")]
    [InlineData("training.save_steps=1", "training.save_steps=0", "training.save_steps must be at least 1, but is 0; it counts steps between checkpoints.")]
    [InlineData("training={eval_strategy: steps, eval_steps: 5}", "training.eval_strategy=steps", "training.eval_steps must be given where training.eval_strategy is steps, but is null; set it to the steps between evaluations.")]
    [InlineData("training={save_strategy: steps, save_steps: 5}", "training.save_strategy=steps", "training.save_steps must be given where training.save_strategy is steps, but is null; set it to the steps between checkpoints.")]
    [InlineData("data.split_seed=0", "data.split_seed=-1", "data.split_seed must be at least 0, but is -1; any number will do, 42 is usual.")]
    [InlineData("training.save_total_limit=1", "training.save_total_limit=0", "training.save_total_limit must be at least 1, but is 0; use null to keep all; to save none set training.save_strategy=no.")]
    [InlineData("training.early_stopping_patience=1", "training.early_stopping_patience=0", "training.early_stopping_patience must be at least 1, but is 0; use null to train to the end.")]
    [InlineData("training={eval_strategy: no, early_stopping_patience: null}", "training={eval_strategy: no, early_stopping_patience: 3}", "training.early_stopping_patience must be null where training.eval_strategy is no, but is 3; stopping early needs evaluations: set training.eval_strategy to epoch or steps, or this to null.")]
    [InlineData("training={eval_strategy: no, load_best_model_at_end: false}", "training={eval_strategy: no, load_best_model_at_end: true}", "training.load_best_model_at_end must be false where training.eval_strategy is no, but is true; finding the best needs evaluations: set training.eval_strategy to epoch or steps, or this to false.")]
    [InlineData("training.metric_for_best_model=loss", "training.metric_for_best_model=f1", "training.metric_for_best_model must be one of f1_macro, f1_micro, f1_weighted, accuracy, balanced_accuracy, precision_macro, recall_macro, mcc, kappa, roc_auc_ovr_macro, pr_auc_ovr_macro, loss, but is f1; use f1_macro.")]
    [InlineData("training.logging_steps=1", "training.logging_steps=0", "training.logging_steps must be at least 1, but is 0; 1 logs every step.")]
    [InlineData("training={sampler: downsample, shuffle: false}", "training={sampler: weighted, shuffle: false}", "training.shuffle must be true where training.sampler is weighted, but is false; weighted rows are drawn; to keep the rows' order use training.sampler=random.")]
    [InlineData("training.dataloader_num_workers=0", "training.dataloader_num_workers=-1", "training.dataloader_num_workers must be at least 0, but is -1; use auto.")]
    [InlineData("training.ema_decay=0.999", "training.ema_decay=1", "training.ema_decay must be above 0 and below 1, but is 1; 0.999 is usual, null switches it off.")]
    [InlineData("training.r_drop=0.5", "training.r_drop=-1", "training.r_drop must be at least 0, but is -1; 1 is usual, 0 switches it off.")]
    [InlineData("training.adversarial_epsilon=1e-3", "training.adversarial_epsilon=0", "training.adversarial_epsilon must be above 0, but is 0; 1 is usual; to switch it off set training.adversarial=none.")]
    [InlineData("training.adversarial_alpha=1e-3", "training.adversarial_alpha=0", "training.adversarial_alpha must be above 0, but is 0; 0.3 is usual.")]
    [InlineData("training.adversarial_steps=1", "training.adversarial_steps=0", "training.adversarial_steps must be at least 1, but is 0; 3 is usual.")]
    [InlineData("training.swa_checkpoints=2", "training.swa_checkpoints=1", "training.swa_checkpoints must be at least 2, but is 1; 3 is usual, null switches it off.")]
    [InlineData("training={swa_checkpoints: 3, save_total_limit: 3}", "training={swa_checkpoints: 3, save_total_limit: 2}", "training.save_total_limit must be at least training.swa_checkpoints (3), or null, but is 2; checkpoints to average have to be kept.")]
    [InlineData("training={swa_checkpoints: null, save_strategy: no}", "training={swa_checkpoints: 2, save_strategy: no}", "training.swa_checkpoints must be null where training.save_strategy is no, but is 2; averaging needs checkpoints: set training.save_strategy to epoch or steps.")]
    [InlineData("training={swa_checkpoints: null, eval_strategy: no}", "training={swa_checkpoints: 2, eval_strategy: no}", "training.swa_checkpoints must be null where training.eval_strategy is no, but is 2; whether the mean is better needs an evaluation: set training.eval_strategy to epoch or steps.")]
    [InlineData("model.multi_sample_dropout=8", "model.multi_sample_dropout=0", "model.multi_sample_dropout must be at least 1, but is 0; 4 to 8 is usual, 1 draws one mask.")]
    [InlineData("loss={adjust_at_inference: true, name: focal}", "loss={adjust_at_inference: true, name: logit_adjusted}", "loss.adjust_at_inference must be false where loss.name is logit_adjusted, but is true; both would count the prior twice: adjust in training or at inference.")]
    [InlineData("tracking.run_name=a b.c", "tracking.run_name=a/b", "tracking.run_name must be the name of one folder, but is a/b; use letters, digits, - and _, or null for a name made of recipe and time.")]
    [InlineData("tracking.run_name=...", "tracking.run_name=..", "tracking.run_name must be the name of one folder, but is ..; use letters, digits, - and _, or null for a name made of recipe and time.")]
    [InlineData("tracking.report_to=[wandb]", "tracking.report_to=[none, csv]", "tracking.report_to must be none alone, or others, but is [none, csv]; leave none out.")]
    [InlineData("tracking.report_to=none", "tracking.report_to=[tensorboard, none]", "tracking.report_to must be none alone, or others, but is [tensorboard, none]; leave none out.")]
    [InlineData("tracking.report_to=[]", "tracking.report_to=[csv, csv]", "tracking.report_to must be without repetitions, but is [csv, csv]; list each once.")]
    [InlineData("model={architecture: hierarchical, chunk_encoder: attention}", "model.chunk_encoder=attention", "model.chunk_encoder must be left out where model.architecture is not hierarchical, but is attention; set model.architecture=hierarchical.")]
    [InlineData("model={architecture: hierarchical}", "model={architecture: hierarchical, aggregation: max}", "model.aggregation must be mean where model.architecture is hierarchical, but is max; there model.chunk_encoder joins the chunks: set model.aggregation=mean, or another model.architecture.")]
    [InlineData("tokenizer={max_chunks: 4, chunk_selection: spread}", "tokenizer.chunk_selection=spread", "tokenizer.chunk_selection must be side where tokenizer.max_chunks is null, but is spread; all chunks are used: set tokenizer.max_chunks to use some.")]
    [InlineData("data.text_pair_column=b", "data={text_pair_column: b} tokenizer={long_text: chunk, stride: 32}", "tokenizer.long_text must be truncate where data.text_pair_column is given, but is chunk; chunks are made of single texts.")]
    public void Read_BothSidesOfABorder_AreAllowedAndRefused(string allowed, string refused, string expected)
    {
        ProblemsOfSet(allowed).ShouldBeEmpty();

        var sets = refused.Split(" tokenizer=") is [var first, var second] ? new[] { first, "tokenizer=" + second } : [refused];
        ProblemsOfSet(sets).ShouldHaveSingleItem().ShouldEndWith($": {expected}");
    }

    [Theory]
    [InlineData("tokenizer.padding=max_length", "longest: batches are packed and hold no padding")]
    public void Read_ValueOfALaterVersion_IsRefusedNotIgnored(string set, string instead) =>
        ProblemsOfSet(set).ShouldBe([$"--set {set}: {set} is not available in this version yet; use {instead}."]);

    [Theory]
    [InlineData("training={bf16: true, fp16: true}", "training.fp16 must be false where training.bf16 is true, but is true; choose one of the two.")]
    [InlineData("model.max_position_embeddings=0", "model.max_position_embeddings must be at least 1, but is 0; use null for the model's own (BERT: 512).")]
    public void Read_ValueThatNoVersionTakes_IsRefusedForItsRule(string set, string expected) =>
        ProblemsOfSet(set)[0].ShouldEndWith($": {expected}");

    [Fact]
    public void Read_AdversarialWithFrozenEmbeddings_IsRefused()
    {
        ProblemsOfSet("training.adversarial=pgd").ShouldBeEmpty();

        ProblemsOfSet("training.adversarial=fgm", "model.freeze_layers=1").ShouldHaveSingleItem().ShouldEndWith(
            ": training.adversarial must be none where model.freeze_layers is above 0, but is fgm; frozen word embeddings have no gradient to follow.");
    }

    [Fact]
    public void Read_RuleBrokenByADefault_ShowsTheLineOfTheKeyThatAsked() =>
        ProblemsOf("tokenizer:\n  long_text: chunk\n").ShouldHaveSingleItem().ShouldStartWith("r.yaml:4: tokenizer.stride must be below");

    [Theory]
    [InlineData("training: {eval_strategy: no}", "")]
    [InlineData("training: {early_stopping_patience: 3, load_best_model_at_end: true}", "training.eval_strategy=no")]
    public void Read_EvaluationOff_SwitchesOffWhatNeedsIt(string yaml, string set)
    {
        var training = Read(Required + yaml, set.Length == 0 ? [] : [set]).Training;

        training.ShouldBe(new TrainingOptions { EvalStrategy = IntervalStrategy.No, EarlyStoppingPatience = null, LoadBestModelAtEnd = false });
    }

    [Theory]
    [InlineData("eval_loss", "use loss")]
    [InlineData("eval_accuracy", "use accuracy")]
    [InlineData("eval_f1", "use f1_macro")]
    [InlineData("f1_makro", "use f1_macro")]
    [InlineData("bleu", "f1_macro suits unbalanced labels")]
    public void Read_MetricOfAnotherName_IsToldTheOneThatWasMeant(string name, string wayOut) =>
        ProblemsOfSet($"training.metric_for_best_model={name}").ShouldHaveSingleItem().ShouldEndWith($"but is {name}; {wayOut}.");

    [Theory]
    [InlineData("training: {early_stopping_patience: 3}", "training.eval_strategy=no", "r.yaml:3: training.early_stopping_patience=3 is not used, as --set training.eval_strategy=no contradicts it.")]
    [InlineData("training: {load_best_model_at_end: true}", "training.eval_strategy=no", "r.yaml:3: training.load_best_model_at_end=true is not used, as --set training.eval_strategy=no contradicts it.")]
    [InlineData("scheduler: {warmup_ratio: 0.1}", "scheduler.warmup_steps=5", "r.yaml:3: scheduler.warmup_ratio=0.1 is not used, as --set scheduler.warmup_steps=5 contradicts it.")]
    [InlineData("training: {early_stopping_patience: null}", "training.eval_strategy=no", null)]
    [InlineData("training: {seed: 1}", "training.eval_strategy=no", null)]
    [InlineData("training: {early_stopping_patience: 3}", "training.early_stopping_patience=2", null)]
    public void Read_ValueOfTheFileThatAnOverrideContradicts_IsNamed(string yaml, string set, string? notice)
    {
        var notices = new List<string>();

        RecipeReader.Read(Required + yaml, "r.yaml", "/base", [RecipeOverride.Parse(set)], notices.Add);

        notices.ShouldBe(notice is null ? [] : [notice]);
    }

    [Theory]
    [InlineData("aggregation: max", "hierarchical", "r.yaml:2: model.aggregation=max is not used, as --set model.architecture=hierarchical contradicts it.")]
    [InlineData("architecture: hierarchical, chunk_encoder: attention", "bert", "r.yaml:2: model.chunk_encoder=attention is not used, as --set model.architecture=bert contradicts it.")]
    public void Read_WhatJoinsChunksInAnotherArchitecture_GivesWay(string model, string architecture, string notice)
    {
        var notices = new List<string>();
        var yaml = $"data: {{train_file: t.csv}}\nmodel: {{name_or_path: m, {model}}}\ntokenizer: {{long_text: chunk, max_length: 512}}\n";

        RecipeReader.Read(yaml, "r.yaml", "/base", [RecipeOverride.Parse($"model.architecture={architecture}")], notices.Add);

        notices.ShouldBe([notice]);
    }

    [Theory]
    [InlineData("model.aggregation=max", "tokenizer.long_text is truncate, so that every text is one chunk")]
    [InlineData("tokenizer.max_chunks=4", "tokenizer.long_text is truncate, so that every text is one chunk")]
    [InlineData("tokenizer.stride=7", "tokenizer.long_text is truncate, so that every text is one chunk")]
    [InlineData("model.architecture=hierarchical", "tokenizer.long_text is truncate, so that every text is one chunk, and model.chunk_encoder has nothing to join")]
    [InlineData("tokenizer.head_tokens=7", "it belongs to tokenizer.truncation_side both with tokenizer.long_text truncate")]
    [InlineData("loss.gamma=1", "loss.name is cross_entropy")]
    [InlineData("loss.tau=2", "loss.name is cross_entropy")]
    [InlineData("scheduler.num_cycles=2", "scheduler.lr_scheduler_type is linear")]
    [InlineData("scheduler.power=2", "scheduler.lr_scheduler_type is linear")]
    [InlineData("scheduler.lr_end=0.001", "scheduler.lr_scheduler_type is linear")]
    [InlineData("training.eval_steps=5", "training.eval_strategy is epoch")]
    [InlineData("training.save_steps=5", "training.save_strategy is epoch")]
    [InlineData("training.adversarial_alpha=0.1", "it belongs to training.adversarial pgd")]
    [InlineData("scheduler.warmup_steps=5", "scheduler.lr_scheduler_type is constant; constant_with_warmup warms up", "scheduler.lr_scheduler_type=constant")]
    [InlineData("tokenizer.truncation_side=left", "nothing of a text in chunks is cut, unless tokenizer.max_chunks says so", "tokenizer.long_text=chunk", "tokenizer.max_length=512")]
    public void Read_ValueThatOtherKeysLeaveNothingToDo_IsNamed(string set, string because, params string[] others)
    {
        var notices = new List<string>();

        RecipeReader.Read(Required, "r.yaml", "/base", [.. others.Append(set).Select(RecipeOverride.Parse)], notices.Add);

        notices.ShouldBe([$"{set} has no effect: {because}."]);
    }

    [Theory]
    [InlineData("tokenizer.truncation_side=left", "tokenizer.long_text=chunk", "tokenizer.max_length=512", "tokenizer.max_chunks=2")]
    [InlineData("loss.tau=2", "loss.adjust_at_inference=true")]
    [InlineData("training.eval_steps=5", "training.eval_strategy=steps", "training.save_strategy=steps", "training.save_steps=5")]
    public void Read_ValueWithEffect_IsNotNamed(params string[] set)
    {
        var notices = new List<string>();

        RecipeReader.Read(Required, "r.yaml", "/base", [.. set.Select(RecipeOverride.Parse)], notices.Add);

        notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("scheduler: {warmup_steps: 5}", "training.seed=42", 0, 5)]
    [InlineData("scheduler: {warmup_ratio: 0.1}", "scheduler.warmup_steps=5", 0, 5)]
    [InlineData("scheduler: {warmup_steps: 5}", "scheduler.warmup_ratio=0.1", 0.1, null)]
    [InlineData("scheduler: {warmup_ratio: 0.1}", "scheduler.warmup_steps=null", 0.1, null)]
    public void Read_OneKindOfWarmup_TakesTheOthersPlace(string yaml, string set, double ratio, int? steps) =>
        Read(Required + yaml, set).Scheduler.ShouldBe(new SchedulerOptions { WarmupRatio = ratio, WarmupSteps = steps });

    [Fact]
    public void Read_BothKindsOfWarmupInOneSource_IsAContradiction() =>
        ProblemsOfSet("scheduler.warmup_steps=5", "scheduler.warmup_ratio=0.1").Length.ShouldBe(1);

    [Theory]
    [InlineData(0.06, null, 100, 6)]
    [InlineData(0.06, null, 101, 7)]
    [InlineData(0.0, null, 100, 0)]
    [InlineData(0.0, 3, 100, 3)]
    public void WarmupStepsOf_Ratio_IsRoundedUp(double ratio, int? steps, int total, int expected) =>
        new SchedulerOptions { WarmupRatio = ratio, WarmupSteps = steps }.WarmupStepsOf(total).ShouldBe(expected);

    [Fact]
    public void ThrowUnlessFor_OtherNumberOfLabels_NamesThem()
    {
        ClassWeights.Given([1, 2]).ThrowUnlessFor(["neg", "pos"]);
        ClassWeights.Balanced.ThrowUnlessFor(["a", "b", "c"]);

        Should.Throw<RecipeException>(() => ClassWeights.Given([1, 2]).ThrowUnlessFor(["a", "b", "c"])).Message.ShouldBe(
            "loss.class_weights must be one weight for each of the 3 labels (a, b, c), but has 2; list them in this order, or use balanced.");
    }

    [Fact]
    public void ThrowIfInvalid_RecipeBuiltInCode_GivesEveryProblemWithoutAPlace()
    {
        var recipe = new Recipe { Data = new() { TrainFile = "a.csv" }, Model = new() { NameOrPath = "m" } };
        recipe.ThrowIfInvalid();

        var broken = recipe with { Optimizer = new() { LearningRate = 2 }, Training = new() { Seed = -1 } };
        Should.Throw<RecipeException>(broken.ThrowIfInvalid).Problems.Select(problem => (problem.Where, problem.Key))
            .ShouldBe([(null, "optimizer.learning_rate"), (null, "training.seed")]);
    }
}
