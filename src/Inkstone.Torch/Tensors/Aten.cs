namespace Inkstone.Torch;

/// <summary>The operators behind <see cref="Tensor"/>'s methods, found at their first call.</summary>
internal static class Aten
{
    // creation
    internal static readonly Operator Empty = new("aten::empty", "memory_format");
    internal static readonly Operator Zeros = new("aten::zeros");
    internal static readonly Operator Ones = new("aten::ones");
    internal static readonly Operator Full = new("aten::full");
    internal static readonly Operator ZerosLike = new("aten::zeros_like");
    internal static readonly Operator EmptyLike = new("aten::empty_like");
    internal static readonly Operator Arange = new("aten::arange", "start");
    internal static readonly Operator ScalarTensor = new("aten::scalar_tensor");

    // in place
    internal static readonly Operator ZeroInPlace = new("aten::zero_");
    internal static readonly Operator FillInPlace = new("aten::fill_", "Scalar");
    internal static readonly Operator CopyInPlace = new("aten::copy_");
    internal static readonly Operator NormalInPlace = new("aten::normal_");
    internal static readonly Operator UniformInPlace = new("aten::uniform_");
    internal static readonly Operator AddInPlace = new("aten::add_", "Tensor");
    internal static readonly Operator MulInPlace = new("aten::mul_", "Tensor");
    internal static readonly Operator MulScalarInPlace = new("aten::mul_", "Scalar");

    // shape
    internal static readonly Operator View = new("aten::view");
    internal static readonly Operator Reshape = new("aten::reshape");
    internal static readonly Operator Transpose = new("aten::transpose", "int");
    internal static readonly Operator Permute = new("aten::permute");
    internal static readonly Operator Unsqueeze = new("aten::unsqueeze");
    internal static readonly Operator Squeeze = new("aten::squeeze");
    internal static readonly Operator SqueezeDim = new("aten::squeeze", "dim");
    internal static readonly Operator Expand = new("aten::expand");
    internal static readonly Operator Narrow = new("aten::narrow");
    internal static readonly Operator Select = new("aten::select", "int");
    internal static readonly Operator IndexSelect = new("aten::index_select");
    internal static readonly Operator Gather = new("aten::gather");
    internal static readonly Operator Cat = new("aten::cat");
    internal static readonly Operator Stack = new("aten::stack");
    internal static readonly Operator SplitWithSizes = new("aten::split_with_sizes");
    internal static readonly Operator Chunk = new("aten::chunk");
    internal static readonly Operator Unbind = new("aten::unbind", "int");
    internal static readonly Operator Contiguous = new("aten::contiguous");
    internal static readonly Operator Clone = new("aten::clone");
    internal static readonly Operator Detach = new("aten::detach");
    internal static readonly Operator To = new("aten::to", "dtype_layout");
    internal static readonly Operator PinMemory = new("aten::pin_memory");
    internal static readonly Operator IsPinned = new("aten::is_pinned");

    // arithmetic
    internal static readonly Operator Add = new("aten::add", "Tensor");
    internal static readonly Operator AddScalar = new("aten::add", "Scalar");
    internal static readonly Operator Sub = new("aten::sub", "Tensor");
    internal static readonly Operator SubScalar = new("aten::sub", "Scalar");
    internal static readonly Operator SubFromScalar = new("aten::rsub", "Scalar");
    internal static readonly Operator Mul = new("aten::mul", "Tensor");
    internal static readonly Operator MulScalar = new("aten::mul", "Scalar");
    internal static readonly Operator Div = new("aten::div", "Tensor");
    internal static readonly Operator DivScalar = new("aten::div", "Scalar");
    internal static readonly Operator Reciprocal = new("aten::reciprocal");
    internal static readonly Operator Neg = new("aten::neg");
    internal static readonly Operator Pow = new("aten::pow", "Tensor_Tensor");
    internal static readonly Operator PowScalar = new("aten::pow", "Tensor_Scalar");
    internal static readonly Operator Exp = new("aten::exp");
    internal static readonly Operator Log = new("aten::log");
    internal static readonly Operator Sqrt = new("aten::sqrt");
    internal static readonly Operator Abs = new("aten::abs");
    internal static readonly Operator Clamp = new("aten::clamp");
    internal static readonly Operator MaskedFill = new("aten::masked_fill", "Scalar");
    internal static readonly Operator Where = new("aten::where", "self");
    internal static readonly Operator Eq = new("aten::eq", "Tensor");
    internal static readonly Operator EqScalar = new("aten::eq", "Scalar");
    internal static readonly Operator Ne = new("aten::ne", "Tensor");
    internal static readonly Operator NeScalar = new("aten::ne", "Scalar");
    internal static readonly Operator Lt = new("aten::lt", "Tensor");
    internal static readonly Operator LtScalar = new("aten::lt", "Scalar");
    internal static readonly Operator Gt = new("aten::gt", "Tensor");
    internal static readonly Operator GtScalar = new("aten::gt", "Scalar");

    // functions
    internal static readonly Operator Tanh = new("aten::tanh");
    internal static readonly Operator Sigmoid = new("aten::sigmoid");
    internal static readonly Operator Relu = new("aten::relu");
    internal static readonly Operator Gelu = new("aten::gelu");
    internal static readonly Operator MatMul = new("aten::matmul");
    internal static readonly Operator Bmm = new("aten::bmm");
    internal static readonly Operator Addmm = new("aten::addmm");
    internal static readonly Operator Linear = new("aten::linear");
    internal static readonly Operator Embedding = new("aten::embedding");
    internal static readonly Operator LayerNorm = new("aten::layer_norm");
    internal static readonly Operator Softmax = new("aten::softmax", "int");
    internal static readonly Operator LogSoftmax = new("aten::log_softmax", "int");
    internal static readonly Operator LogSumExp = new("aten::logsumexp");
    internal static readonly Operator CrossEntropy = new("aten::cross_entropy_loss");

    // reduction
    internal static readonly Operator Sum = new("aten::sum");
    internal static readonly Operator SumDims = new("aten::sum", "dim_IntList");
    internal static readonly Operator Mean = new("aten::mean");
    internal static readonly Operator MeanDims = new("aten::mean", "dim");
    internal static readonly Operator Max = new("aten::max");
    internal static readonly Operator MaxDim = new("aten::max", "dim");
    internal static readonly Operator ArgMax = new("aten::argmax");
    internal static readonly Operator Norm = new("aten::linalg_vector_norm");
    internal static readonly Operator AllClose = new("aten::allclose");
    internal static readonly Operator Equal = new("aten::equal");
    internal static readonly Operator IndexAdd = new("aten::index_add");
    internal static readonly Operator ScatterAdd = new("aten::scatter_add");

    // data
    internal static readonly Operator Item = new("aten::_local_scalar_dense");
}
