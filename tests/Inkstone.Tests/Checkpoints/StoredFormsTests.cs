using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>The same weights in every form that other tools store them.</summary>
public sealed class StoredFormsTests
{
    [Theory]
    [InlineData("bert", 1e-5, 1e-4)]
    [InlineData("bert-sharded", 1e-5, 1e-4)]
    [InlineData("bert-bin", 1e-5, 1e-4)]
    [InlineData("bert-float16", 2e-3, 1e-2)]
    [InlineData("bert-bfloat16", 1.5e-2, 1e-2)]
    public void Load_StoredForm_GivesTheReferencesLogits(string form, double tolerance, double relative)
    {
        using var classifier = Classifier.Load(Repo.Golden("models", form), Device.Cpu);

        GoldenTexts.ShouldBeTheReferences(GoldenTexts.LogitsOf(classifier), tolerance, relative);
    }

    [Fact]
    public void ForTraining_OldestForm_HasTheSameEncoderAndANewHead()
    {
        var notices = new List<string>();
        using var reference = Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu);
        using var oldest = TestClassifier.ForTraining(Repo.Golden("models", "bert-gamma-beta"), TestClassifier.Labels, notices);

        HiddenStatesOf(oldest.Model).ShouldBe(HiddenStatesOf(reference.Model));
        notices.ShouldContain("New, from the seed: classifier.weight, classifier.bias.");
        notices.ShouldNotContain(notice => notice.StartsWith("Missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_OldestForm_SaysThatItIsNoTrainedClassifier()
    {
        var error = Should.Throw<InvalidCheckpointException>(() => Classifier.Load(Repo.Golden("models", "bert-gamma-beta"), Device.Cpu));

        error.Message.ShouldContain("is no trained classifier: it lacks classifier.weight, classifier.bias. Fine-tune it first: inkstone train RECIPE --model ");
    }

    private static float[][] HiddenStatesOf(IDocumentClassifier model)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var trace = new ForwardTrace();
        model.Forward(new PackedBatch([.. GoldenTexts.All.Take(8).Select(text => TestDocuments.OfOneChunk(text.InputIds))], Device.Cpu), trace);
        return [.. trace.HiddenStates.Select(states => states.ToFloats())];
    }
}
