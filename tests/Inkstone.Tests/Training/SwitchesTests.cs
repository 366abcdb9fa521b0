using Inkstone.Tests.Support;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

public sealed class SwitchesTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("training.adversarial=fgm", "training.adversarial=fgm (epsilon 1; a step takes two passes)")]
    [InlineData("training={adversarial: pgd, adversarial_steps: 4}", "training.adversarial=pgd (epsilon 1, alpha 0.3; a step takes 5 passes)")]
    [InlineData("training={r_drop: 0.5, ema_decay: 0.999}", "training.r_drop=0.5 (a step takes two passes), training.ema_decay=0.999 (best/ and last/ hold averaged weights)")]
    [InlineData("training.swa_checkpoints=3", "training.swa_checkpoints=3")]
    [InlineData("model={multi_sample_dropout: 4, freeze_layers: 2}", "model.multi_sample_dropout=4, model.freeze_layers=2")]
    [InlineData("optimizer.layer_wise_lr_decay=0.95", "optimizer.layer_wise_lr_decay=0.95")]
    [InlineData("loss.label_smoothing=0.1", "loss.label_smoothing=0.1")]
    [InlineData("loss.class_weights=balanced", null)]
    public void Notice_NamesWhatIsOn(string set, string? switches)
    {
        var overrides = set.StartsWith("model={", StringComparison.Ordinal) ? set.Replace("{", "{name_or_path: m, ", StringComparison.Ordinal) : set;
        var recipe = TestRecipe.Of(["data.train_file=a.csv", "model.name_or_path=m", .. overrides.Length == 0 ? Array.Empty<string>() : [overrides]]);

        Switches.Notice(recipe).ShouldBe(switches is null ? null : $"Switched on: {switches}.");
    }

    [Fact]
    public void Fit_WithSwitches_SaysSoOnce()
    {
        using var scratch = new TemporaryFolder();
        var observer = new RecordingObserver();

        TinyRun.Run(scratch.Combine("run"), observer, "training.ema_decay=0.9", "training.max_steps=1");

        observer.Notices.Count(notice => notice == "Switched on: training.ema_decay=0.9 (best/ and last/ hold averaged weights).").ShouldBe(1);
    }
}
