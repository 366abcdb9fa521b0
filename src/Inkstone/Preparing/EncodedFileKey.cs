using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Preparing;

/// <summary>Names an encoded file after all that it depends on: the data, how it is read, cleaned and encoded, and the code that does so.</summary>
internal static class EncodedFileKey
{
    private static readonly JsonSerializerOptions Json = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutCallbacks } },
    };

    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(IReadOnlyList<DataFile> files, ReadOptions reading, CleaningOptions cleaning, TextEncoder encoder) =>
        Of(files, reading, cleaning, encoder, TextCleaner.IcuVersion(cleaning));

    /// <param name="files">The data.</param>
    /// <param name="reading">How it is read.</param>
    /// <param name="cleaning">How it is cleaned.</param>
    /// <param name="encoder">How it is encoded.</param>
    /// <param name="icu">The version of ICU that cleaning uses; null where it uses none.</param>
    internal static string Of(IReadOnlyList<DataFile> files, ReadOptions reading, CleaningOptions cleaning, TextEncoder encoder, int? icu) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                EncodedFileFormat.Version,
                Code = new[] { typeof(EncodedFileKey), typeof(TextEncoder) }.Select(type => type.Module.ModuleVersionId),
                Runtime = Environment.Version.ToString(),   // whose tables say what white space and lower case are
                Icu = icu,
                Files = files.Select(file => new { file.Path, file.Sha256 }),
                Reading = reading,
                Cleaning = cleaning,
                Encoding = encoder.Options,
                Tokenizer = encoder.Tokenizer.Options,
                encoder.Tokenizer.AddedTokens,
                Vocabulary = Tokens(encoder.Tokenizer.Vocabulary),
            },
            Json)));

    private static IEnumerable<string?> Tokens(Vocabulary vocabulary) => Enumerable.Range(0, vocabulary.Size).Select(id => vocabulary[id]);

    private static void LeaveOutCallbacks(JsonTypeInfo type)
    {
        foreach (var callback in type.Properties.Where(property => typeof(Delegate).IsAssignableFrom(property.PropertyType) || property.PropertyType == typeof(CancellationToken)).ToList())
        {
            type.Properties.Remove(callback);
        }
    }
}
