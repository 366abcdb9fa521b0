namespace Inkstone.Recipes;

/// <summary>A recipe in the usual ways to treat long texts, all else equal.</summary>
public static class LongTextVariants
{
    /// <summary>What the last variant, <see cref="LongText.Chunk"/>, is called.</summary>
    public const string Chunk = "chunk";

    /// <summary>
    /// Keeps the beginning (head), the end (tail) or both of a text, or all of it in chunks; the same seed and the same rows everywhere. Stride,
    /// aggregation and architecture are the recipe's.
    /// </summary>
    /// <remarks>
    /// Head and tail together: <c>tokenizer.head_tokens</c> of the beginning (Sun et al. 2019, arXiv:1905.05583). Where these, or the stride, do
    /// not fit into <c>tokenizer.max_length</c>, a quarter of the room stands for them.
    /// </remarks>
    public static IReadOnlyList<(string Name, Recipe Recipe)> Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var room = recipe.Tokenizer.MaxLength - 2;
        var cut = recipe.Tokenizer with { LongText = LongText.Truncate };
        return
        [
            ("head", recipe with { Tokenizer = cut with { TruncationSide = TruncationSide.Right } }),
            ("tail", recipe with { Tokenizer = cut with { TruncationSide = TruncationSide.Left } }),
            ("head+tail", recipe with { Tokenizer = cut with { TruncationSide = TruncationSide.Both, HeadTokens = FitsOrQuarter(recipe.Tokenizer.HeadTokens) } }),
            (Chunk, recipe with { Tokenizer = recipe.Tokenizer with { LongText = LongText.Chunk, Stride = FitsOrQuarter(recipe.Tokenizer.Stride) } }),
        ];

        int FitsOrQuarter(int tokens) => tokens < room ? tokens : room / 4;
    }
}
