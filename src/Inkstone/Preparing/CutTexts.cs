using System.Globalization;
using Inkstone.Text.Chunking;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Preparing;

/// <summary>What is said of texts that the model sees in part only.</summary>
internal static class CutTexts
{
    private const double Much = 20;   // percent

    /// <summary>How many of some rows are cut, and by what; null where none is.</summary>
    /// <param name="split">training, validation or test.</param>
    /// <param name="file">Where they lie.</param>
    /// <param name="rows">Their numbers.</param>
    /// <param name="options">How texts became ids.</param>
    public static string? Notice(string split, EncodedFile file, int[] rows, TextEncoderOptions options)
    {
        var encoded = file.Rows.InOrder();
        var cut = rows.Count(number => encoded[number].Truncated != 0);
        if (cut == 0)
        {
            return null;
        }

        var share = 100.0 * cut / rows.Length;
        var texts = string.Create(CultureInfo.InvariantCulture, $"{cut} of {rows.Length} {split} texts ({share:0.0} %)");
        return options.LongText == LongText.Chunk
            ? string.Create(CultureInfo.InvariantCulture, $"{texts} have more than tokenizer.max_chunks={options.MaxChunks} chunks; of these, so many are used: {WhichChunks(options)}.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{texts} are longer than tokenizer.max_length={options.MaxLength} tokens and were cut (tokenizer.truncation_side){(share > Much ? ". Warning: that is much; set a larger tokenizer.max_length, tokenizer.truncation_side=both or tokenizer.long_text=chunk" : "")}.");
    }

    private static string WhichChunks(TextEncoderOptions options) => (options.ChunkSelection, options.TruncationSide) switch
    {
        (ChunkSelection.Spread, _) => "spread over the text (tokenizer.chunk_selection)",
        (_, TruncationSide.Right) => "the first; tokenizer.chunk_selection=spread takes them from all of the text",
        (_, TruncationSide.Left) => "the last (tokenizer.truncation_side)",
        _ => "the first and the last (tokenizer.truncation_side)",
    };
}
