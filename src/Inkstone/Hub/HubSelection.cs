using System.IO.Enumeration;
using Inkstone.Recipes;

namespace Inkstone.Hub;

/// <summary>Which files of a repository are wanted.</summary>
public abstract class HubSelection
{
    /// <summary>Config, tokenizer and one form of weights: safetensors where there are some, else PyTorch's.</summary>
    public static HubSelection Model { get; } = new ModelFiles(withWeights: true);

    /// <summary>Config and tokenizer alone.</summary>
    public static HubSelection Tokenizer { get; } = new ModelFiles(withWeights: false);

    /// <summary>Data files that this program reads: parquet, csv, tsv, json, jsonl, txt; and the README.</summary>
    public static HubSelection Data { get; } = new DataFiles();

    /// <summary>Files of a name; <c>*</c> stands for any letters, slashes too, <c>?</c> for one.</summary>
    public static HubSelection Matching(IReadOnlyList<string> globs) => new MatchingFiles(globs);

    /// <summary>What to download first.</summary>
    /// <param name="name">The repository, for messages.</param>
    /// <param name="files">All that it has.</param>
    /// <exception cref="HubException">It has nothing that was wanted.</exception>
    internal abstract IReadOnlyList<string> Choose(HubName name, IReadOnlyList<string> files);

    /// <summary>What to download when the first files are there, because they name it.</summary>
    internal virtual IReadOnlyList<string> ChooseMore(HubName name, IReadOnlyList<string> files, string snapshot) => [];

    /// <summary>Whether a snapshot in the cache has enough to do without the hub.</summary>
    internal abstract bool IsIn(string snapshot);

    private sealed class DataFiles : HubSelection
    {
        private static readonly string[] Endings = [".parquet", ".csv", ".tsv", ".json", ".jsonl", ".txt"];

        internal override IReadOnlyList<string> Choose(HubName name, IReadOnlyList<string> files)
        {
            var data = files.Where(IsData).ToList();
            return data.Count > 0
                ? [.. files.Where(file => file == "README.md"), .. data]
                : throw new HubException($"The data set {name} has no file that can be read ({string.Join(", ", Endings)}); {HubMessages.Having(files)} Choose with --include, such as --include '*.zip'.");
        }

        internal override bool IsIn(string snapshot) => Directory.Exists(snapshot) && FilesIn(snapshot).Any(IsData);

        private static bool IsData(string file) => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class MatchingFiles(IReadOnlyList<string> globs) : HubSelection
    {
        internal override IReadOnlyList<string> Choose(HubName name, IReadOnlyList<string> files)
        {
            var barren = globs.FirstOrDefault(glob => !files.Any(file => Matches(glob, file)));
            if (barren is not null)
            {
                var hint = NearestName.Of(barren, files) is { } near ? $"did you mean {near}?" : HubMessages.Having(files);
                throw new HubException($"{name} has no file {barren}; {hint}");
            }

            return [.. files.Where(file => globs.Any(glob => Matches(glob, file)))];
        }

        internal override bool IsIn(string snapshot) =>
            Directory.Exists(snapshot) && FilesIn(snapshot) is var files && globs.All(glob => files.Any(file => Matches(glob, file)));

        private static bool Matches(string glob, string file) =>
            FileSystemName.MatchesSimpleExpression(glob.EndsWith('/') ? glob + "*" : glob, file, ignoreCase: false);
    }

    /// <summary>A snapshot's files as the hub names them, in order.</summary>
    internal static IReadOnlyList<string> FilesIn(string snapshot) =>
        [.. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Where(HubCache.Holds).Select(path => Path.GetRelativePath(snapshot, path)).Order(StringComparer.Ordinal)];
}
