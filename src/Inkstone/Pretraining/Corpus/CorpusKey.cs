using System.Security.Cryptography;
using System.Text.Json;
using Inkstone.Text.Icu;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Names an encoded corpus after all that it depends on: the files, how they are read and encoded, and the code that does so.</summary>
internal static class CorpusKey
{
    /// <returns>64 hexadecimal digits; null where a file is a pipe, which gives its bytes once, or empty.</returns>
    public static string? Of(IReadOnlyList<string> files, WordPieceTokenizer tokenizer, PretrainingCorpusOptions options)
    {
        var states = files.Select(file => new FileInfo(file)).Select(file => file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file : file).ToList();   // a link's own length and time say nothing of the texts
        if (states.Any(file => !file.Exists || file.Length == 0))   // a pipe has no length
        {
            return null;
        }

        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            CorpusFile.Version,
            Runtime = Environment.Version,   // whose tables say what white space and lower case are
            Code = new[] { typeof(CorpusKey), typeof(WordPieceTokenizer) }.Select(type => type.Module.ModuleVersionId),
            Icu = options.WordMarks ? WordBreaker.IcuVersion : 0,
            Files = states.Select(file => new { file.FullName, file.Length, file.LastWriteTimeUtc.Ticks }),
            options.MaxLength, options.HeldOutTexts, options.HeldOutSeed, options.WordMarks, options.TextColumn, options.Format, options.Encoding,
            Tokenizer = tokenizer.Options,
            tokenizer.AddedTokens,
            Vocabulary = Enumerable.Range(0, tokenizer.Vocabulary.Size).Select(id => tokenizer.Vocabulary[id]),
        })));
    }
}
