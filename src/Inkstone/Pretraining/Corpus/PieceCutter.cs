using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Cuts texts that are too long: behind a sentence in the second half of the room, else behind a comma, else at the last place where no word goes on.</summary>
/// <param name="tokenizer">Made the tokens.</param>
/// <param name="room">Most tokens of a piece.</param>
internal sealed class PieceCutter(WordPieceTokenizer tokenizer, int room)
{
    private const byte Other = 0, Continuation = 1, Closing = 2, Comma = 3, SentenceEnd = 4;

    private readonly byte[] kinds = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => KindOf(tokenizer.IdToToken(id)))];

    /// <summary>Whether a token stands inside a word: <c>##ing</c>.</summary>
    public bool IsContinuation(int id) => kinds[id] == Continuation;

    /// <summary>Where the piece ends that begins at <paramref name="start"/>.</summary>
    /// <param name="ids">The whole text.</param>
    /// <param name="start">Where it begins.</param>
    public int EndOf(ReadOnlySpan<int> ids, int start)
    {
        if (ids.Length - start <= room)
        {
            return ids.Length;
        }

        var (best, end) = (0, start + room);
        for (var place = start + room; place > start + (room / 2) && best < SentenceEnd; place--)
        {
            if (Worth(ids, place) is var worth && worth > best)
            {
                (best, end) = (worth, place);
            }
        }

        return end;
    }

    private int Worth(ReadOnlySpan<int> ids, int place)
    {
        if (kinds[ids[place]] != Other)
        {
            return 0;   // what stands there belongs to what is before it
        }

        var before = kinds[ids[place - 1]];
        if (before == Closing && place >= 2 && kinds[ids[place - 2]] == SentenceEnd)
        {
            return SentenceEnd;   // 。”
        }

        return before is Comma or SentenceEnd ? before : 1;
    }

    private static byte KindOf(string? token) => token switch
    {
        "。" or "！" or "？" or "!" or "?" or "；" or ";" or "…" or "." or "～" or "~" => SentenceEnd,
        "，" or "," or "、" or "：" or ":" => Comma,
        "”" or "’" or "\"" or "'" or "）" or ")" or "》" or "」" or "』" or "】" or "]" => Closing,
        ['#', '#', _, ..] => Continuation,
        _ => Other,
    };
}
