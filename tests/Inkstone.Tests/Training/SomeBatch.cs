using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Training;

namespace Inkstone.Tests.Training;

/// <summary>The golden encoder with three labels and a packed batch of four texts of uneven length, passes of which a test can take apart.</summary>
internal sealed class SomeBatch : IDisposable
{
    private readonly TensorScope scope;
    private readonly DocumentLoss loss;
    private readonly Classifier classifier;

    public SomeBatch(double rDrop = 0, params string[] overrides)
    {
        classifier = TestClassifier.ForTraining(overrides);
        loss = new DocumentLoss(new LossOptions(), [1, 1, 1], Device.Cpu);
        scope = TensorScope.New();
        Model.Context.Dropout.Seed = 42;
        Model.Context.Dropout.Enabled = true;
        StepLoss = new StepLoss(Model, loss, rDrop);
        Batch = new PackedBatch([.. new[] { 5, 9, 7, 12 }.Select((length, variant) => TestDocuments.OfLength(length, variant))], Device.Cpu);
        Labels = Tensor.From<long>([0, 2, 1, 2], 4);
        StepLoss.Begin(0);
    }

    public IDocumentClassifier Model => classifier.Model;

    public StepLoss StepLoss { get; }

    public PackedBatch Batch { get; }

    public Tensor Labels { get; }

    public Tensor WordTable => Parameter("bert.embeddings.word_embeddings.weight");

    public Tensor Parameter(string name) => Model.NamedParameters().Single(parameter => parameter.Name == name).Value;

    public Tensor Loss() => StepLoss.Of(Batch, Labels, 4, 4);

    /// <summary>The derivatives at the weights as they are.</summary>
    public float[] GradientOf(string name) => Autograd.Grad([Loss()], [Parameter(name)])[0].ToFloats();

    public void Dispose()
    {
        scope.Dispose();
        loss.Dispose();
        classifier.Dispose();
    }
}
