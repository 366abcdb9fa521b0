namespace Inkstone.Torch;

public sealed partial class Tensor
{
    /// <summary>The same memory under another shape; one size may be -1. Needs a layout that allows it.</summary>
    public Tensor View(params ReadOnlySpan<long> shape) => Aten.View.Call([this, Value.IntsBeside], shape);

    /// <summary>As <see cref="View"/>, but copies where the layout does not allow a view.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => Aten.Reshape.Call([this, Value.IntsBeside], shape);

    /// <summary>A view with two dimensions exchanged.</summary>
    public Tensor Transpose(int dim0, int dim1) => Aten.Transpose.Call(this, dim0, dim1);

    /// <summary>A view with the dimensions in this order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> dims) => Aten.Permute.Call([this, Value.IntsBeside], dims);

    /// <summary>A view with a new dimension of size 1.</summary>
    public Tensor Unsqueeze(int dim) => Aten.Unsqueeze.Call(this, dim);

    /// <summary>A view without the dimensions of size 1.</summary>
    public Tensor Squeeze() => Aten.Squeeze.Call(this);

    /// <summary>A view without this dimension, if its size is 1.</summary>
    public Tensor Squeeze(int dim) => Aten.SqueezeDim.Call(this, dim);

    /// <summary>A view that repeats dimensions of size 1 to these sizes; -1 leaves one as it is.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => Aten.Expand.Call([this, Value.IntsBeside], shape);

    /// <summary>A view of a stretch of one dimension.</summary>
    public Tensor Narrow(int dim, long start, long length) => Aten.Narrow.Call(this, dim, start, length);

    /// <summary>A view of one place of one dimension, which goes away.</summary>
    public Tensor Select(int dim, long index) => Aten.Select.Call(this, dim, index);

    /// <summary>The places of one dimension that <paramref name="index"/>, one-dimensional, names.</summary>
    public Tensor IndexSelect(int dim, Tensor index) => Aten.IndexSelect.Call(this, dim, index);

    /// <summary>For each element of <paramref name="index"/>, int64, the value at that place of <paramref name="dim"/>.</summary>
    public Tensor Gather(int dim, Tensor index) => Aten.Gather.Call(this, dim, index);

    /// <summary>Tensors behind each other along one dimension.</summary>
    public static Tensor Cat(Tensor[] tensors, int dim = 0) => Aten.Cat.Call(tensors, dim);

    /// <summary>Tensors of one shape behind each other along a new dimension.</summary>
    public static Tensor Stack(Tensor[] tensors, int dim = 0) => Aten.Stack.Call(tensors, dim);

    /// <summary>Views of stretches of these lengths, which must add up to the dimension's size.</summary>
    public Tensor[] SplitWithSizes(ReadOnlySpan<long> sizes, int dim = 0) =>
        Aten.SplitWithSizes.CallAll([this, Value.IntsBeside, dim], sizes)[0].ToTensors()!;

    /// <summary>Views of at most this many stretches of equal length; the last may be shorter.</summary>
    public Tensor[] Chunk(int chunks, int dim = 0) => Aten.Chunk.CallAll(this, chunks, dim)[0].ToTensors()!;

    /// <summary>A view of every place of one dimension, which goes away.</summary>
    public Tensor[] Unbind(int dim = 0) => Aten.Unbind.CallAll(this, dim)[0].ToTensors()!;

    /// <summary>The same values in row-major order without gaps: the same memory where it is so already.</summary>
    public Tensor Contiguous() => Aten.Contiguous.Call(this);

    /// <summary>A copy, through which gradients flow back.</summary>
    public Tensor Clone() => Aten.Clone.Call(this);

    /// <summary>The same memory without history.</summary>
    public Tensor Detach() => Aten.Detach.Call(this);

    /// <summary>The values in another dtype; a second handle of the same memory where it is that already.</summary>
    public Tensor To(DType dtype) => Aten.To.Call(this, dtype);

    /// <summary>The values on another device; a second handle of the same memory where they are there already.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="nonBlocking">Lets a copy between pinned memory and a GPU run beside what follows.</param>
    public Tensor To(Device device, bool nonBlocking = false) =>
        Aten.To.Call(this, Value.Default, Value.Default, device, Value.Default, nonBlocking);

    /// <summary>A copy in page-locked memory, from which copies to a GPU can run on their own.</summary>
    /// <exception cref="TorchException">There is no GPU to lock pages for.</exception>
    public Tensor PinMemory() => Aten.PinMemory.Call(this);

    /// <summary>Whether it lies in page-locked memory.</summary>
    public bool IsPinned => Aten.IsPinned.CallNumber(this).Integer != 0;
}
