using System.Text.RegularExpressions;

namespace Inkstone.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubRepositoryType
{
    /// <summary>Weights, config and tokenizer.</summary>
    Model,

    /// <summary>Data files.</summary>
    Dataset,
}

/// <summary>A repository of the hub at a revision: <c>bert-base-chinese</c>, <c>org/name</c>, <c>org/name@v1.0</c>.</summary>
/// <param name="Type">Model or data set.</param>
/// <param name="Id"><c>name</c> or <c>org/name</c>.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
public sealed partial record HubName(HubRepositoryType Type, string Id, string Revision)
{
    /// <summary>The revision of a name that says none.</summary>
    public const string DefaultRevision = "main";

    private const int LongestId = 96;

    /// <summary>True where the revision is a whole commit hash, which never means anything else.</summary>
    public bool IsCommit => CommitHash().IsMatch(Revision);

    /// <summary>Its folder in the cache: <c>models--org--name</c>.</summary>
    public string CacheFolder => $"{Plural}--{Id.Replace("/", "--", StringComparison.Ordinal)}";

    internal string Plural => Type == HubRepositoryType.Model ? "models" : "datasets";

    /// <summary>Reads <c>name</c>, <c>org/name</c> or either with <c>@revision</c>.</summary>
    /// <returns>Null where the hub can have no repository of this name.</returns>
    public static HubName? TryParse(string text, HubRepositoryType type = HubRepositoryType.Model)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (id, revision) = at < 0 ? (text, DefaultRevision) : (text[..at], text[(at + 1)..]);
        var isPlausible = id.Length <= LongestId && RepositoryId().IsMatch(id)
            && !id.Contains("--", StringComparison.Ordinal) && !id.Contains("..", StringComparison.Ordinal)
            && SafePath.IsInside(revision) && RevisionCharacters().IsMatch(revision);
        return isPlausible ? new(type, id, revision) : null;
    }

    /// <summary>
    /// Whether a model's name can only mean a folder of this machine: it begins like a path, the hub has no such names, or the
    /// folder above it exists. A mistyped path must not lead to the network.
    /// </summary>
    /// <param name="name">What the user gave.</param>
    /// <param name="baseFolder">Where a relative path begins.</param>
    public static bool IsLocalPath(string name, string baseFolder) =>
        TryParse(name) is not { } hub
        || Path.Exists(Path.Combine(baseFolder, name))
        || (hub.Id.Contains('/', StringComparison.Ordinal) && Directory.Exists(Path.Combine(baseFolder, hub.Id[..hub.Id.IndexOf('/', StringComparison.Ordinal)])));

    /// <inheritdoc/>
    public override string ToString() => Revision == DefaultRevision ? Id : $"{Id}@{Revision}";

    internal static bool IsCommitHash(string text) => CommitHash().IsMatch(text);

    [GeneratedRegex(@"^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z")]
    private static partial Regex RepositoryId();

    [GeneratedRegex(@"^[A-Za-z0-9_./+-]+\z")]
    private static partial Regex RevisionCharacters();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex CommitHash();
}
