using Inkstone.Recipes;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>A whole run on the golden csv files and the golden encoder: 94 rows, 12 steps an epoch, about a second.</summary>
internal static class TinyRun
{
    public static Recipe RecipeOf(params string[] overrides) => TestRecipe.Of(
    [
        $"data.train_file={Repo.Golden("e2e", "train.csv")}",
        $"data.validation_file={Repo.Golden("e2e", "validation.csv")}",
        $"model.name_or_path={Repo.Golden("models", "bert")}",
        "data.cache=false", "tokenizer.max_length=32", "optimizer.learning_rate=4e-4", "training.per_device_train_batch_size=8",
        "training.num_train_epochs=2", "training.logging_steps=1", "tracking.report_to=csv",
        .. overrides,
    ]);

    public static FineTuneResult Run(string folder, RecordingObserver observer, params string[] overrides) =>
        RunUntil(folder, observer, overrides, TestContext.Current.CancellationToken);

    public static FineTuneResult RunUntil(string folder, RecordingObserver observer, string[] overrides, CancellationToken stop) =>
        FineTuneRun.Run(RecipeOf(overrides), folder, observer, TimeProvider.System, stop);
}
