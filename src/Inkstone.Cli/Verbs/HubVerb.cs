using System.CommandLine;
using Inkstone.Hub;

namespace Inkstone.Cli.Verbs;

/// <summary>Work with models and data sets of the Hugging Face hub. Loads no libtorch.</summary>
internal static class HubVerb
{
    private static readonly Argument<string> RepositoryName = new("NAME") { Description = "bert-base-chinese, org/name, or either with @ and a branch, tag or commit." };
    private static readonly Option<bool> Dataset = new("--dataset") { Description = "NAME is a data set: its parquet, csv, tsv, json, jsonl and txt files, and its README." };
    private static readonly Option<string?> LocalDir = new("--local-dir") { Description = "Also copy the files to this folder, as files of your own." };
    private static readonly Option<string[]> Include = new("--include")
    {
        Description = "Only files of these names, such as *.json or data/train-*; default: what this program reads.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var download = new Command(
            "download",
            "Bring a model or data set into the Hugging Face cache; prints its folder. The environment tells how: HF_HOME or HF_HUB_CACHE (where), HF_ENDPOINT (a mirror), HF_TOKEN (private or gated), HF_HUB_OFFLINE (cache only).")
        {
            RepositoryName, Dataset, LocalDir, Include,
        };
        download.SetAction(Download);
        return new("hub", "Models and data sets of the Hugging Face hub.") { download };
    }

    private static int Download(ParseResult parsed)
    {
        var terminal = new Terminal(parsed);
        var type = parsed.GetValue(Dataset) ? HubRepositoryType.Dataset : HubRepositoryType.Model;
        var text = parsed.GetValue(RepositoryName)!;
        var name = HubName.TryParse(text, type)
            ?? throw new WrongCallException($"{text} is no name of the hub: expected name or org/name of letters, digits, -, _ and ., with @revision behind it if you like, such as bert-base-chinese or org/name@v1.0.");
        var selection = parsed.GetValue(Include) is { Length: > 0 } globs ? HubSelection.Matching(globs)
            : type == HubRepositoryType.Dataset ? HubSelection.Data
            : HubSelection.Model;

        using var interruption = new Interruption();
        using var progress = new DownloadProgress(terminal);
        using var hub = new HubClient(HubSettings.FromEnvironment(), progress);
        var folder = hub.DownloadAsync(name, selection, interruption.Token).GetAwaiter().GetResult();
        if (parsed.GetValue(LocalDir) is { } local)
        {
            HubClient.Copy(name, selection, folder, local);
            folder = Path.GetFullPath(local);
        }

        Console.WriteLine(folder);
        return ExitCode.Done;
    }
}
