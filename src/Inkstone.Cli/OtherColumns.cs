using System.Text.Json.Nodes;

namespace Inkstone.Cli;

/// <summary>The columns of an input that a verb passes through.</summary>
internal static class OtherColumns
{
    /// <summary>
    /// Adds the input's columns behind those that the verb writes, each under its own name; where the verb has a column of that name,
    /// the input's becomes <c>NAME_in_file</c>: nothing is lost.
    /// </summary>
    public static void AddTo(List<KeyValuePair<string, JsonNode?>> columns, IReadOnlyList<KeyValuePair<string, JsonNode?>> others)
    {
        if (others.Count == 0)
        {
            return;
        }

        var ours = columns.Select(column => column.Key).ToHashSet();
        foreach (var (name, value) in others)
        {
            var free = name;
            while (ours.Contains(free) || (free != name && others.Any(other => other.Key == free)))
            {
                free += "_in_file";
            }

            columns.Add(new(free, value?.DeepClone()));
        }
    }
}
