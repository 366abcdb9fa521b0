using System.Buffers;
using Inkstone.Pretraining.Masks;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Pieces of text that are trained on together. What they say is read when it is masked (<see cref="Masking.Mask"/>).</summary>
public sealed class TextBatch
{
    private readonly CorpusTexts texts;
    private readonly PieceEntry[] pieces;

    internal TextBatch(CorpusTexts texts, int epoch, int number, PieceEntry[] pieces)
    {
        (this.texts, Epoch, Number, this.pieces) = (texts, epoch, number, pieces);
        TokenCount = pieces.Sum(piece => piece.TokensInBatch);
    }

    /// <summary>0-based.</summary>
    public int Epoch { get; }

    /// <summary>Its place in the epoch, 0-based.</summary>
    public int Number { get; }

    /// <summary>How many pieces.</summary>
    public int Count => pieces.Length;

    /// <summary>Tokens of all pieces, special ones included.</summary>
    public int TokenCount { get; }

    /// <summary>Whether words are marked.</summary>
    internal bool HasWordMarks => texts.Records.WordMarks;

    /// <summary>Whether a piece is a text, or the first part of one that was cut.</summary>
    internal bool BeginsText(int piece) => pieces[piece].BeginsText;

    /// <summary>Tokens of each piece, special ones included.</summary>
    internal int[] Lengths() => Array.ConvertAll(pieces, piece => piece.TokensInBatch);

    /// <summary>Reads the pieces, one behind the other, each between <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    /// <param name="ids">Room for <see cref="TokenCount"/> ids.</param>
    /// <param name="beginsWord">Room for as many marks; those of special tokens are false, and so are all where words are not marked.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    /// <exception cref="InvalidDataException">What lies there are no ids of this vocabulary.</exception>
    internal void Read(Span<int> ids, Span<bool> beginsWord)
    {
        beginsWord.Clear();
        var (records, tokenizer) = (texts.Records, texts.Tokenizer);
        var buffer = ArrayPool<byte>.Shared.Rent(records.LengthOf(texts.MaxLength));
        try
        {
            foreach (var piece in pieces)
            {
                var bytes = buffer.AsSpan(0, records.LengthOf(piece.Tokens));
                texts.ReadPiece(piece, bytes);
                ids[0] = tokenizer.ClsId;
                ids[piece.Tokens + 1] = tokenizer.SepId;
                if (!records.TryRead(bytes, tokenizer.VocabularySize, ids.Slice(1, piece.Tokens), beginsWord.Slice(1, piece.Tokens)))
                {
                    throw texts.Damaged();
                }

                ids = ids[piece.TokensInBatch..];
                beginsWord = beginsWord[piece.TokensInBatch..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
