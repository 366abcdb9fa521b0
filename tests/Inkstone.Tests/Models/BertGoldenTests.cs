using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>Outputs and gradients of transformers' BertForSequenceClassification, on rows of unequal length.</summary>
public sealed class BertGoldenTests
{
    [Theory]
    [InlineData("bert")]
    [InlineData("bert-gelu-new")]
    public void Forward_GoldenBatch_GivesTheReferencesLogitsStatesAndAttentions(string name)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", $"{name}.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", name), Device.Cpu);
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var (documents, lengths) = DocumentsOf(golden);
        var batch = new PackedBatch(documents, Device.Cpu);
        var trace = new ForwardTrace();

        var logits = classifier.Model.Forward(batch, trace).Documents;
        var withoutTrace = classifier.Model.Forward(batch).Documents;

        ShouldBeClose(logits.ToFloats(), Floats(golden["logits"]), "logits");
        ShouldBeClose(withoutTrace.ToFloats(), Floats(golden["logits"]), "logits, last layer only where it is read");
        for (var layer = 0; layer < trace.HiddenStates.Count; layer++)
        {
            var expected = golden[$"hidden_states.{layer}"];
            ShouldBeClose(trace.HiddenStates[layer].ToFloats(), RealTokens(expected, lengths), $"hidden_states.{layer}");
        }

        for (var layer = 0; layer < trace.Attentions.Count; layer++)
        {
            CompareAttentions(trace.Attentions[layer], golden[$"attentions.{layer}"], lengths);
        }

        trace.HiddenStates.Count.ShouldBe(4);
        trace.Attentions.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("bert-gelu-new")]
    public void Backward_GoldenBatch_GivesTheReferencesLossAndEveryGradient(string name)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", $"{name}.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", name), Device.Cpu);
        using var scope = TensorScope.New();
        var batch = new PackedBatch(DocumentsOf(golden).Documents, Device.Cpu);
        var labels = Tensor.From<long>(Longs(golden["labels"]), 4);

        var loss = classifier.Model.Forward(batch).Documents.CrossEntropy(labels);
        loss.Backward();

        ShouldBeClose([(float)loss.ToDouble()], Floats(golden["loss"]), "loss");
        var compared = 0;
        foreach (var parameter in classifier.Model.NamedParameters())
        {
            ShouldBeClose(parameter.Value.Grad!.ToFloats(), Floats(golden[$"grad.{parameter.Name}"]), parameter.Name, absolute: 1e-4);
            compared++;
        }

        compared.ShouldBe(golden.Keys.Count(key => key.StartsWith("grad.", StringComparison.Ordinal)));
    }

    private static (EncodedDocument[] Documents, int[] Lengths) DocumentsOf(WeightFile golden)
    {
        var shape = golden["input_ids"].Shape;
        var (ids, types, mask) = (Longs(golden["input_ids"]), Longs(golden["token_type_ids"]), Longs(golden["attention_mask"]));
        var documents = new EncodedDocument[shape[0]];
        var lengths = new int[shape[0]];
        for (var row = 0; row < documents.Length; row++)
        {
            var first = row * (int)shape[1];
            lengths[row] = (int)mask.AsSpan(first, (int)shape[1]).ToArray().Sum();
            documents[row] = TestDocuments.OfOneChunk(
                Array.ConvertAll(ids[first..(first + lengths[row])], id => (int)id),
                Array.ConvertAll(types[first..(first + lengths[row])], type => (int)type));
        }

        return (documents, lengths);
    }

    private static float[] RealTokens(StoredTensor padded, int[] lengths)
    {
        var values = Floats(padded);
        var (tokens, width) = ((int)padded.Shape[1], (int)padded.Shape[2]);
        return [.. lengths.SelectMany((length, row) => values.AsSpan(row * tokens * width, length * width).ToArray())];
    }

    private static void CompareAttentions(Tensor actual, StoredTensor golden, int[] lengths)
    {
        actual.Shape.ShouldBe(golden.Shape);
        var (got, expected) = (actual.ToFloats(), Floats(golden));
        var (heads, tokens) = ((int)golden.Shape[1], (int)golden.Shape[2]);
        for (var index = 0; index < got.Length; index++)
        {
            var query = index / tokens % tokens;
            var chunk = index / (tokens * tokens * heads);
            if (query < lengths[chunk])
            {
                got[index].ShouldBe(expected[index], 1e-5f);
            }
        }
    }

    private static void ShouldBeClose(float[] actual, float[] expected, string what, double absolute = 1e-5) =>
        TensorShould.BeClose(actual, expected, what, absolute);

    private static float[] Floats(StoredTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        return values;
    }

    private static long[] Longs(StoredTensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.Bytes).ToArray();
}
