using Inkstone.Models;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;

namespace Inkstone.Training;

/// <summary>The mean of several checkpoints' weights (Izmailov et al. 2018, arXiv:1803.05407; BERT has no batch norms to fit anew).</summary>
internal static class CheckpointMean
{
    /// <summary>Fills a model with the mean; one parameter of one checkpoint is in memory at a time.</summary>
    /// <param name="model">Of the checkpoints' shape.</param>
    /// <param name="folders">At least one.</param>
    /// <exception cref="InvalidWeightsException">A checkpoint cannot be read.</exception>
    public static void Load(IDocumentClassifier model, IReadOnlyList<string> folders)
    {
        var files = new List<WeightFile>();
        try
        {
            files.AddRange(folders.Select(CheckpointWeights.Open));
            using var noGrad = GradMode.NoGrad();
            foreach (var (name, weight) in model.NamedParameters())
            {
                using var scope = TensorScope.New();
                var sum = new double[weight.NumElements];
                var values = new float[sum.Length];
                foreach (var file in files)
                {
                    file[name].CopyTo(values);
                    for (var index = 0; index < sum.Length; index++)
                    {
                        sum[index] += values[index];
                    }
                }

                weight.CopyInPlace(Tensor.From<float>(Array.ConvertAll(sum, value => (float)(value / files.Count)), weight.Shape));
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }
}
