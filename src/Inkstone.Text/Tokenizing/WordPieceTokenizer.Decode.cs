using System.Text;

namespace Inkstone.Text.Tokenizing;

/// <content>Ids back to text.</content>
public sealed partial class WordPieceTokenizer
{
    private const string ContinuingPrefix = "##";

    private static readonly (string Spaced, string Joined)[] Contractions =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>
    /// Turns ids into text as Hugging Face's decoder does: pieces that begin with <c>##</c> are joined to what stands before
    /// them, all others follow a space, and no space stays before <c>. ? ! ,</c>. Ids without a token are passed over.
    /// </summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leave out <c>[CLS]</c> and its like.</param>
    /// <returns>The text; what normalization took away does not come back.</returns>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var text = new StringBuilder();
        var isFirst = true;
        foreach (var id in ids)
        {
            if (IdToToken(id) is not { } token || (skipSpecialTokens && IsSpecial(id)))
            {
                continue;
            }

            var piece = isFirst ? token
                : token.StartsWith(ContinuingPrefix, StringComparison.Ordinal) ? token[ContinuingPrefix.Length..]
                : " " + token;
            foreach (var (spaced, joined) in Contractions)
            {
                piece = piece.Replace(spaced, joined, StringComparison.Ordinal);
            }

            text.Append(piece);
            isFirst = false;
        }

        return text.ToString();
    }
}
