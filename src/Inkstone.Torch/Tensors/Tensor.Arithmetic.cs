namespace Inkstone.Torch;

/// <remarks>Element by element; shapes broadcast and dtypes promote as in PyTorch. A number leaves a float tensor's dtype alone, a whole one an integer tensor's too.</remarks>
public sealed partial class Tensor
{
    /// <summary>Element-wise sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => Aten.Add.Call(left, right);

    /// <summary>Adds a number to every element.</summary>
    public static Tensor operator +(Tensor left, double right) => Aten.AddScalar.Call(left, Whole(right));

    /// <summary>Adds a number to every element.</summary>
    public static Tensor operator +(double left, Tensor right) => Aten.AddScalar.Call(right, Whole(left));

    /// <summary>Element-wise difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => Aten.Sub.Call(left, right);

    /// <summary>Subtracts a number from every element.</summary>
    public static Tensor operator -(Tensor left, double right) => Aten.SubScalar.Call(left, Whole(right));

    /// <summary>Subtracts every element from a number.</summary>
    public static Tensor operator -(double left, Tensor right) => Aten.SubFromScalar.Call(right, Whole(left));

    /// <summary>The opposite of every element.</summary>
    public static Tensor operator -(Tensor value) => Aten.Neg.Call(value);

    /// <summary>Element-wise product.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => Aten.Mul.Call(left, right);

    /// <summary>Multiplies every element by a number.</summary>
    public static Tensor operator *(Tensor left, double right) => Aten.MulScalar.Call(left, Whole(right));

    /// <summary>Multiplies every element by a number.</summary>
    public static Tensor operator *(double left, Tensor right) => Aten.MulScalar.Call(right, Whole(left));

    /// <summary>Element-wise quotient.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => Aten.Div.Call(left, right);

    /// <summary>Divides every element by a number.</summary>
    public static Tensor operator /(Tensor left, double right) => Aten.DivScalar.Call(left, right);

    /// <summary>Divides a number by every element.</summary>
    public static Tensor operator /(double left, Tensor right)
    {
        using var reciprocal = Aten.Reciprocal.Call(right);
        return Aten.MulScalar.Call(reciprocal, Whole(left));
    }

    /// <summary>This + alpha × other.</summary>
    public Tensor Add(Tensor other, double alpha = 1) => Aten.Add.Call(this, other, Whole(alpha));

    /// <summary>This - alpha × other.</summary>
    public Tensor Sub(Tensor other, double alpha = 1) => Aten.Sub.Call(this, other, Whole(alpha));

    /// <summary>Element-wise product.</summary>
    public Tensor Mul(Tensor other) => this * other;

    /// <summary>Every element times a number.</summary>
    public Tensor Mul(double factor) => this * factor;

    /// <summary>Element-wise quotient.</summary>
    public Tensor Div(Tensor other) => this / other;

    /// <summary>Every element divided by a number.</summary>
    public Tensor Div(double divisor) => this / divisor;

    /// <summary>Every element to this power.</summary>
    public Tensor Pow(double exponent) => Aten.PowScalar.Call(this, Whole(exponent));

    /// <summary>Every element to the other's power.</summary>
    public Tensor Pow(Tensor exponent) => Aten.Pow.Call(this, exponent);

    /// <summary>e to every element.</summary>
    public Tensor Exp() => Aten.Exp.Call(this);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => Aten.Log.Call(this);

    /// <summary>The square root.</summary>
    public Tensor Sqrt() => Aten.Sqrt.Call(this);

    /// <summary>The distance from 0.</summary>
    public Tensor Abs() => Aten.Abs.Call(this);

    /// <summary>Every element, held between the bounds; null leaves a side open.</summary>
    public Tensor Clamp(double? min = null, double? max = null) =>
        Aten.Clamp.Call(this, min is { } low ? low : Value.None, max is { } high ? high : Value.None);

    /// <summary>Equal, as bool.</summary>
    public Tensor Eq(Tensor other) => Aten.Eq.Call(this, other);

    /// <summary>Equal, as bool.</summary>
    public Tensor Eq(double other) => Aten.EqScalar.Call(this, Whole(other));

    /// <summary>Not equal, as bool.</summary>
    public Tensor Ne(Tensor other) => Aten.Ne.Call(this, other);

    /// <summary>Not equal, as bool.</summary>
    public Tensor Ne(double other) => Aten.NeScalar.Call(this, Whole(other));

    /// <summary>Less than, as bool.</summary>
    public Tensor Lt(Tensor other) => Aten.Lt.Call(this, other);

    /// <summary>Less than, as bool.</summary>
    public Tensor Lt(double other) => Aten.LtScalar.Call(this, Whole(other));

    /// <summary>Greater than, as bool.</summary>
    public Tensor Gt(Tensor other) => Aten.Gt.Call(this, other);

    /// <summary>Greater than, as bool.</summary>
    public Tensor Gt(double other) => Aten.GtScalar.Call(this, Whole(other));

    /// <summary>A number where the mask, bool, is true; this elsewhere.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => Aten.MaskedFill.Call(this, mask, Whole(value));

    /// <summary><paramref name="whenTrue"/> where the condition, bool, holds; <paramref name="whenFalse"/> elsewhere.</summary>
    public static Tensor Where(Tensor condition, Tensor whenTrue, Tensor whenFalse) => Aten.Where.Call(condition, whenTrue, whenFalse);

    // A whole number goes over as an int: it leaves integer tensors integers, and 2 means the same to float ones.
    private static Value Whole(double number) =>
        number == Math.Truncate(number) && Math.Abs(number) < 1L << 53 && !(number == 0 && double.IsNegative(number)) ? (Value)(long)number : number;
}
