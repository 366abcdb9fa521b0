using System.Globalization;
using System.Text.RegularExpressions;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>Which parameters train, at which rate, and which of them decay.</summary>
internal static partial class ParameterGroups
{
    /// <summary>
    /// Groups by depth and decay. The head and the pooler take the full rate, the last layer rate · d, … the embeddings
    /// rate · d^(layers + 1) (layer-wise decay, Sun et al. 2019, arXiv:1905.05583); biases and LayerNorms do not decay.
    /// </summary>
    public static IReadOnlyList<ParameterGroup> Create(IDocumentClassifier model, OptimizerOptions options)
    {
        var trained = model.NamedParameters().Where(parameter => parameter.Value.RequiresGrad).ToArray();
        var layers = model.NamedParameters().Max(parameter => LayerOf(parameter.Name)) + 1;
        return
        [
            .. trained
                .GroupBy(parameter => (Depth: DepthOf(parameter.Name, layers), Decays: Decays(parameter.Name)))
                .OrderBy(group => group.Key.Depth).ThenBy(group => group.Key.Decays)
                .Select(group => new ParameterGroup(
                    $"depth {group.Key.Depth.ToString(CultureInfo.InvariantCulture)}{(group.Key.Decays ? "" : ", no decay")}",
                    [.. group],
                    options.LearningRate * Math.Pow(options.LayerWiseLrDecay, layers + 1 - group.Key.Depth),
                    group.Key.Decays ? options.WeightDecay : 0)),
        ];
    }

    /// <summary>Stops training of the embeddings and the lowest layers.</summary>
    public static void FreezeLowest(IDocumentClassifier model, int layers)
    {
        foreach (var parameter in model.NamedParameters())
        {
            var layer = LayerOf(parameter.Name);
            if (layers > 0 && (layer >= 0 ? layer < layers : IsEmbedding(parameter.Name)))
            {
                parameter.Value.RequiresGrad = false;
            }
        }
    }

    private static int DepthOf(string name, int layers) =>
        IsEmbedding(name) ? 0 : LayerOf(name) is >= 0 and var layer ? layer + 1 : layers + 1;

    private static int LayerOf(string name) =>
        LayerNumber().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : -1;

    private static bool IsEmbedding(string name) => name.Contains(".embeddings.", StringComparison.Ordinal);

    private static bool Decays(string name) =>
        !name.EndsWith("bias", StringComparison.Ordinal) && !name.Contains("LayerNorm", StringComparison.Ordinal);

    [GeneratedRegex(@"^\w+\.encoder\.layer\.(\d+)\.")]
    private static partial Regex LayerNumber();
}
