namespace Inkstone.Torch;

/// <summary>Owns every tensor that its thread makes until it is disposed; then frees all but those kept.</summary>
/// <remarks>
/// Scopes nest: a tensor belongs to the innermost one. <c>using var scope = TensorScope.New();</c> at the top of a step
/// or a forward pass frees its intermediates; <see cref="Keep"/> hands on what should survive. A tensor made where
/// no scope is open belongs to whoever made it. A scope stays on its thread: no <c>await</c> inside.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? current;

    private readonly TensorScope? outer;
    private readonly int threadId = Environment.CurrentManagedThreadId;
    private Tensor[] tensors = [];
    private bool disposed;

    private TensorScope() => outer = current;

    /// <summary>Tensors that this scope owns now.</summary>
    public int Count { get; private set; }

    /// <summary>Opens a scope on this thread.</summary>
    public static TensorScope New() => current = new TensorScope();

    /// <summary>Hands a tensor to the enclosing scope, or to the caller where there is none. Others' tensors stay theirs.</summary>
    /// <returns>The same tensor.</returns>
    /// <exception cref="InvalidOperationException">Another thread's scope.</exception>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ThrowIfOtherThread();
        if (tensor.Scope == this)
        {
            Remove(tensor);
            outer?.Add(tensor);
        }

        return tensor;
    }

    /// <summary>Frees what was not kept.</summary>
    /// <exception cref="InvalidOperationException">An inner scope is still open, or this is not the thread that opened it.</exception>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        ThrowIfOtherThread();
        if (current != this)
        {
            throw new InvalidOperationException("A tensor scope was disposed while a scope inside it is still open; dispose the inner one first.");
        }

        disposed = true;
        current = outer;
        for (var i = Count - 1; i >= 0; i--)
        {
            tensors[i].Scope = null;
            tensors[i].Dispose();
        }

        tensors = [];
        Count = 0;
    }

    /// <summary>Gives a new tensor to the innermost scope, if one is open.</summary>
    internal static void Register(Tensor tensor) => current?.Add(tensor);

    /// <summary>Takes a tensor out of its scope, so that it belongs to whoever holds it.</summary>
    internal static void Release(Tensor tensor)
    {
        // Another thread's scope is left alone: it disposes the tensor once more, which does nothing.
        if (tensor.Scope is { } scope && scope.threadId == Environment.CurrentManagedThreadId)
        {
            scope.Remove(tensor);
        }
    }

    private void Add(Tensor tensor)
    {
        if (Count == tensors.Length)
        {
            Array.Resize(ref tensors, Math.Max(16, Count * 2));
        }

        tensor.Scope = this;
        tensor.ScopeIndex = Count;
        tensors[Count++] = tensor;
    }

    private void Remove(Tensor tensor)
    {
        var last = tensors[--Count];
        tensors[tensor.ScopeIndex] = last;
        last.ScopeIndex = tensor.ScopeIndex;
        tensors[Count] = null!;
        tensor.Scope = null;
    }

    private void ThrowIfOtherThread()
    {
        if (threadId != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("A tensor scope belongs to the thread that opened it; another thread cannot keep tensors in it or dispose it.");
        }
    }
}
