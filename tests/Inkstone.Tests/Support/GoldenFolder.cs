using System.Text.Json.Nodes;

namespace Inkstone.Tests.Support;

/// <summary>Golden model folders with something changed.</summary>
internal static class GoldenFolder
{
    public static string Copy(string golden, string target, Action<JsonObject> change)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(Repo.Golden("models", golden)))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        var path = Path.Combine(target, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
        return target;
    }
}
