namespace Inkstone.Recipes;

/// <summary>Values that the recipe format knows and this version cannot honour: refused, never ignored. What arrives leaves this list.</summary>
internal static class NotYetAvailable
{
    /// <summary>Sections of the format that no key can be set in yet.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["evaluation", "explain", "distributed"];

    public static void Check(Recipe recipe, Problems problems)
    {
        var model = recipe.Model;

        problems.RequireAvailable(recipe.Tokenizer.Padding == Padding.Longest, "tokenizer.padding", recipe.Tokenizer.Padding, "longest: batches are packed and hold no padding");
        problems.RequireAvailable(model.Architecture != Architecture.Hierarchical, "model.architecture", model.Architecture, "auto");
        problems.RequireAvailable(model.ChunkEncoder == ChunkEncoder.Lstm, "model.chunk_encoder", model.ChunkEncoder, "model.aggregation, which combines the chunks' logits");
    }
}
