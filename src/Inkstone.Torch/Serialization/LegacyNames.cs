namespace Inkstone.Torch.Serialization;

/// <summary>The names that the first BERT checkpoints, converted from TensorFlow, gave their layer norms.</summary>
public static class LegacyNames
{
    /// <summary>
    /// Turns <c>….LayerNorm.gamma</c> into <c>….LayerNorm.weight</c> and <c>….LayerNorm.beta</c> into <c>….LayerNorm.bias</c>;
    /// leaves every other name alone.
    /// </summary>
    /// <remarks>As transformers does when it loads (<c>PreTrainedModel</c>, the renaming of old state dicts).</remarks>
    public static string Normalize(string name) =>
        Replace(name, "LayerNorm.gamma", "LayerNorm.weight") ?? Replace(name, "LayerNorm.beta", "LayerNorm.bias") ?? name;

    private static string? Replace(string name, string old, string current) =>
        name == old || name.EndsWith($".{old}", StringComparison.Ordinal) ? name[..^old.Length] + current : null;
}
