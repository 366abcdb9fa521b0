using Inkstone.Checkpoints;

namespace Inkstone.Tests.Support;

/// <summary>Classifiers about to be trained, from a golden folder and a few recipe keys.</summary>
internal static class TestClassifier
{
    public static readonly string[] Labels = ["negative", "neutral", "positive"];

    public static Classifier ForTraining(string folder, IReadOnlyList<string> labelNames, List<string> notices, params string[] overrides) =>
        Classifier.ForTraining(
            PretrainedFolder.Open(folder),
            TestRecipe.Of([$"model.name_or_path={folder}", "data.train_file=none.csv", .. overrides]),
            labelNames,
            notices.Add);

    public static Classifier ForTraining(params string[] overrides) =>
        ForTraining(Repo.Golden("models", "bert"), Labels, [], overrides);
}
