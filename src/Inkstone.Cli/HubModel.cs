using Inkstone.Checkpoints;
using Inkstone.Hub;

namespace Inkstone.Cli;

/// <summary>A model named in a call or a recipe: brought into the cache with progress, so that the library finds it there.</summary>
internal static class HubModel
{
    /// <summary>The folder that a name or path means; a model of the hub is downloaded where the cache lacks it.</summary>
    public static string Fetch(string nameOrPath, HubSelection files, Terminal terminal)
    {
        if (Directory.Exists(nameOrPath) || HubName.IsLocalPath(nameOrPath, Environment.CurrentDirectory))
        {
            return ModelLocation.Resolve(nameOrPath);
        }

        using var interruption = new Interruption();
        using var progress = new DownloadProgress(terminal);
        using var hub = new HubClient(HubSettings.FromEnvironment(), progress);
        return ModelLocation.Resolve(nameOrPath, files, hub, interruption.Token);
    }
}
