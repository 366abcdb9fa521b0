using Inkstone.Tests.Support;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

public sealed class ParameterGroupsTests
{
    [Fact]
    public void Create_LayerWiseDecay_GivesEachDepthItsRate()
    {
        using var classifier = TestClassifier.ForTraining();

        var groups = ParameterGroups.Create(classifier.Model, new() { LearningRate = 1e-3, WeightDecay = 0.1, LayerWiseLrDecay = 0.5 });

        RateOf("bert.embeddings.word_embeddings.weight").ShouldBe(1e-3 / 16, 1e-15);
        RateOf("bert.embeddings.LayerNorm.bias").ShouldBe(1e-3 / 16, 1e-15);
        RateOf("bert.encoder.layer.0.attention.self.query.weight").ShouldBe(1e-3 / 8, 1e-15);
        RateOf("bert.encoder.layer.2.output.dense.bias").ShouldBe(1e-3 / 2, 1e-15);
        RateOf("bert.pooler.dense.weight").ShouldBe(1e-3);
        RateOf("classifier.bias").ShouldBe(1e-3);

        double RateOf(string name) => groups.Single(group => group.Parameters.Any(parameter => parameter.Name == name)).BaseLearningRate;
    }

    [Fact]
    public void Create_EveryParameter_StandsInOneGroupAndOnlyMatricesDecay()
    {
        using var classifier = TestClassifier.ForTraining();

        var groups = ParameterGroups.Create(classifier.Model, new() { WeightDecay = 0.1 });

        groups.SelectMany(group => group.Parameters).Select(parameter => parameter.Name).Order(StringComparer.Ordinal)
            .ShouldBe(classifier.Model.NamedParameters().Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        foreach (var group in groups)
        {
            group.Parameters.ShouldAllBe(parameter => (group.WeightDecay == 0.1) == (parameter.Value.Dim == 2));
        }
    }

    [Fact]
    public void Create_FrozenParameters_AreInNoGroup()
    {
        using var classifier = TestClassifier.ForTraining();

        ParameterGroups.FreezeLowest(classifier.Model, 1);

        ParameterGroups.Create(classifier.Model, new()).SelectMany(group => group.Parameters)
            .ShouldAllBe(parameter => !parameter.Name.Contains("embeddings", StringComparison.Ordinal) && !parameter.Name.Contains("layer.0.", StringComparison.Ordinal));
    }
}
