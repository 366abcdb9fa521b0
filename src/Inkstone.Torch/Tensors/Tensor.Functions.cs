namespace Inkstone.Torch;

/// <summary>What a loss over several rows comes to. The numbers are libtorch's.</summary>
public enum Reduction
{
    /// <summary>One loss a row.</summary>
    None = 0,

    /// <summary>The mean; with class weights, divided by the sum of the rows' weights.</summary>
    Mean = 1,

    /// <summary>The sum.</summary>
    Sum = 2,
}

public sealed partial class Tensor
{
    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => Aten.Tanh.Call(this);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => Aten.Sigmoid.Call(this);

    /// <summary>0 where negative.</summary>
    public Tensor Relu() => Aten.Relu.Call(this);

    /// <summary>x · Φ(x) (Hendrycks and Gimpel 2016, arXiv:1606.08415).</summary>
    /// <param name="tanh">The paper's approximation by tanh (<c>gelu_new</c> at Hugging Face) in place of the error function.</param>
    public Tensor Gelu(bool tanh = false) => Aten.Gelu.Call(this, tanh ? "tanh" : "none");

    /// <summary>Matrix product of the last two dimensions; leading ones broadcast.</summary>
    public Tensor MatMul(Tensor other) => Aten.MatMul.Call(this, other);

    /// <summary>Matrix products of a batch: <c>[b, n, m]</c> by <c>[b, m, p]</c>.</summary>
    public Tensor Bmm(Tensor other) => Aten.Bmm.Call(this, other);

    /// <summary>This + left × right, for matrices.</summary>
    public Tensor Addmm(Tensor left, Tensor right) => Aten.Addmm.Call(this, left, right);

    /// <summary>x · weightᵀ + bias over the last dimension.</summary>
    /// <param name="weight"><c>[out, in]</c>.</param>
    /// <param name="bias"><c>[out]</c>, or none.</param>
    public Tensor Linear(Tensor weight, Tensor? bias = null) => Aten.Linear.Call(this, weight, bias);

    /// <summary>The rows of <paramref name="weight"/> that <paramref name="ids"/> name: the shape of ids, and the row's size.</summary>
    /// <param name="weight"><c>[rows, size]</c>.</param>
    /// <param name="ids">int64 or int32.</param>
    /// <exception cref="TorchException">An id has no row (on a GPU the kernel fails later).</exception>
    public static Tensor Embedding(Tensor weight, Tensor ids) => Aten.Embedding.Call(weight, ids);

    /// <summary>Normalises over the last dimensions (Ba et al. 2016, arXiv:1607.06450), biased variance.</summary>
    /// <param name="normalizedShape">Those dimensions' sizes.</param>
    /// <param name="weight">Scale, of that shape, or none.</param>
    /// <param name="bias">Shift, of that shape, or none.</param>
    /// <param name="eps">Added to the variance. BERT's is 1e-12.</param>
    public Tensor LayerNorm(ReadOnlySpan<long> normalizedShape, Tensor? weight, Tensor? bias, double eps = 1e-5) =>
        Aten.LayerNorm.Call([this, Value.IntsBeside, weight, bias, eps], normalizedShape);

    /// <summary>e^x over its sum along one dimension.</summary>
    /// <param name="dim">Along which.</param>
    /// <param name="dtype">To which the input is brought first.</param>
    public Tensor Softmax(int dim, DType? dtype = null) => Aten.Softmax.Call(this, dim, dtype);

    /// <summary>The logarithm of <see cref="Softmax"/>, computed stably.</summary>
    public Tensor LogSoftmax(int dim, DType? dtype = null) => Aten.LogSoftmax.Call(this, dim, dtype);

    /// <summary>The logarithm of the sum of e^x along one dimension.</summary>
    public Tensor LogSumExp(int dim, bool keepDim = false) => Aten.LogSumExp.Call([this, Value.IntsBeside, keepDim], [dim]);

    /// <summary>Cross-entropy of these logits, <c>[rows, classes]</c>.</summary>
    /// <param name="target">Class ids, int64 <c>[rows]</c> (-100 is left out), or probabilities <c>[rows, classes]</c>.</param>
    /// <param name="weight">A weight for each class, <c>[classes]</c>.</param>
    /// <param name="reduction">Mean, sum, or a loss for each row.</param>
    /// <param name="labelSmoothing">Share of the target spread evenly over all classes, 0 to 1.</param>
    public Tensor CrossEntropy(Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, double labelSmoothing = 0) =>
        Aten.CrossEntropy.Call(this, target, weight, (int)reduction, -100, labelSmoothing);
}
