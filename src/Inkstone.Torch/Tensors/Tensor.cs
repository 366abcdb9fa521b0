using System.Globalization;
using System.Text;
using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>An array of numbers of any dimension, on any device, that remembers how it came about when asked to.</summary>
/// <remarks>
/// Names, arguments and meanings are PyTorch's; in-place methods end in <c>InPlace</c>. Every method that returns a
/// tensor makes a new one, owned by the innermost <see cref="TensorScope"/> of its thread, or by the caller where none
/// is open. There is no finalizer: what nobody disposes stays. Operators that fail raise <see cref="TorchException"/>.
/// Reading one tensor from several threads is safe; changing it needs the caller's own order.
/// </remarks>
public sealed partial class Tensor : IDisposable
{
    private nint handle;

    /// <summary>Takes over a handle.</summary>
    internal Tensor(nint handle)
    {
        this.handle = handle;
        TensorScope.Register(this);
    }

    /// <summary>Tensors of this process that are not disposed.</summary>
    public static long LiveCount => Native.LiveTensors();

    /// <summary>The size of every dimension; a new array at each call.</summary>
    public long[] Shape
    {
        get
        {
            var sizes = new long[Dim];
            TorchException.ThrowIf(Native.Sizes(Handle, sizes), nameof(Shape));
            return sizes;
        }
    }

    /// <summary>Elements between neighbours of every dimension.</summary>
    public long[] Strides
    {
        get
        {
            var strides = new long[Dim];
            TorchException.ThrowIf(Native.Strides(Handle, strides), nameof(Strides));
            return strides;
        }
    }

    /// <summary>How many dimensions there are; 0 for a single number.</summary>
    public int Dim => Native.Dim(Handle);

    /// <summary>How many elements there are.</summary>
    public long NumElements => Native.NumElements(Handle);

    /// <summary>The type of the elements.</summary>
    public DType DType => (DType)Native.DType(Handle);

    /// <summary>Where the memory lies.</summary>
    public Device Device
    {
        get
        {
            Span<byte> name = stackalloc byte[64];
            TorchException.ThrowIf(Native.Device(Handle, name, name.Length), nameof(Device));
            name = name[..name.IndexOf((byte)0)];
            return name.SequenceEqual("cpu"u8) ? Device.Cpu : new Device(Encoding.UTF8.GetString(name));
        }
    }

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            TorchException.ThrowIf(Native.IsContiguous(Handle, out var contiguous), nameof(IsContiguous));
            return contiguous != 0;
        }
    }

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed => handle == 0;

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    /// <summary>The scope that owns it, if one does, and its place there.</summary>
    internal TensorScope? Scope { get; set; }

    internal int ScopeIndex { get; set; }

    /// <summary>The size of one dimension.</summary>
    /// <param name="dim">From 0, or from -1 backwards.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public long Size(int dim)
    {
        var dims = Dim;
        if (dim < -dims || dim >= dims)
        {
            throw new ArgumentOutOfRangeException(nameof(dim), dim, string.Create(CultureInfo.InvariantCulture, $"{this} has {dims} dimensions."));
        }

        Span<long> sizes = stackalloc long[dims];
        TorchException.ThrowIf(Native.Sizes(Handle, sizes), nameof(Size));
        return sizes[dim < 0 ? dim + dims : dim];
    }

    /// <summary>A second tensor object over the same memory and history, with its own lifetime.</summary>
    public Tensor Alias()
    {
        TorchException.ThrowIf(Native.CloneHandle(Handle, out var clone), nameof(Alias), this);
        return new Tensor(clone);
    }

    /// <summary>Frees it. Twice is once.</summary>
    public void Dispose()
    {
        var freed = Interlocked.Exchange(ref handle, 0);
        if (freed != 0)
        {
            TensorScope.Release(this);
            Native.Free(freed);
        }
    }

    /// <summary>Shape, dtype and device: <c>[2, 3] float32 cpu</c>.</summary>
    public override string ToString() =>
        IsDisposed ? "a disposed tensor" : $"[{string.Join(", ", Shape)}] {DType.Name()} {Device}";
}
