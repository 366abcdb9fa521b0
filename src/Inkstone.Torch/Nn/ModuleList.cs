namespace Inkstone.Torch.Nn;

/// <summary>Modules in a row, named by their index as torch's <c>ModuleList</c> names them.</summary>
public sealed class ModuleList<T> : Module
    where T : Module
{
    /// <summary>Takes ownership of <paramref name="items"/>.</summary>
    public ModuleList(IEnumerable<T> items)
    {
        Items = [.. items];
        for (var index = 0; index < Items.Count; index++)
        {
            Child(index.ToString(System.Globalization.CultureInfo.InvariantCulture), Items[index]);
        }
    }

    /// <summary>The modules in order.</summary>
    public IReadOnlyList<T> Items { get; }
}
