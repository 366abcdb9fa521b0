namespace Inkstone.Torch.Nn;

/// <summary>A parameter and its name in the state dict.</summary>
/// <param name="Name">For example <c>bert.encoder.layer.0.attention.self.query.weight</c>.</param>
/// <param name="Value">The tensor; the module owns it.</param>
public readonly record struct NamedParameter(string Name, Tensor Value);

/// <summary>
/// A part of a model that owns parameters. The dotted path of names equals Hugging Face's state-dict key, so loading
/// and saving need no map.
/// </summary>
/// <remarks>Build modules outside any <see cref="TensorScope"/>: their parameters live until the module is disposed.</remarks>
public abstract class Module : IDisposable
{
    private readonly List<Parameter> parameters = [];
    private readonly List<(string Name, Module Value)> children = [];

    /// <summary>Every parameter of this module and of those inside it, in the order of their making.</summary>
    /// <param name="prefix">Put before each name, with a dot, unless empty.</param>
    public IEnumerable<NamedParameter> NamedParameters(string prefix = "")
    {
        foreach (var parameter in parameters)
        {
            yield return new(Join(prefix, parameter.Name), parameter.Value);
        }

        foreach (var (name, child) in children)
        {
            foreach (var parameter in child.NamedParameters(Join(prefix, name)))
            {
                yield return parameter;
            }
        }
    }

    /// <summary>This module and all inside it.</summary>
    public IEnumerable<Module> Modules() => children.SelectMany(child => child.Value.Modules()).Prepend(this);

    /// <summary>Disposes every parameter, also those of the modules inside.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Registers a parameter; it will receive gradients.</summary>
    protected Parameter Register(string name, Tensor value)
    {
        var parameter = new Parameter(name, value);
        parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Registers a module inside this one; with an empty name its parts appear as this module's own.</summary>
    protected T Child<T>(string name, T child)
        where T : Module
    {
        children.Add((name, child));
        return child;
    }

    /// <summary>Frees the parameters.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            parameters.ForEach(parameter => parameter.Value.Dispose());
            children.ForEach(child => child.Value.Dispose());
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : name.Length == 0 ? prefix : $"{prefix}.{name}";
}
