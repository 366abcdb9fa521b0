using System.Globalization;
using System.Text;

namespace Inkstone.Torch.Serialization;

/// <summary>A weight file, or an index of several, does not hold what its format promises.</summary>
/// <remarks>
/// The message reads «<c>file: tensor 'name' problem; expected expectation.</c>» and may be shown to a user as it is:
/// text that stems from the file is cut short and stripped of control characters.
/// </remarks>
public sealed class InvalidWeightsException : Exception
{
    private const int LongestQuote = 120;

    /// <summary>Describes one fault of one file.</summary>
    /// <param name="file">Path of the file at fault.</param>
    /// <param name="tensorName">The tensor at fault, or null where none is known or the whole file is meant.</param>
    /// <param name="problem">What is wrong, without a final stop.</param>
    /// <param name="expected">What was expected instead, without a final stop.</param>
    /// <param name="innerException">What a lower layer said, if anything.</param>
    public InvalidWeightsException(
        string file, string? tensorName, string problem, string expected, Exception? innerException = null)
        : base(Sentence(file, tensorName, problem, expected), innerException)
    {
        File = file;
        TensorName = tensorName;
        Problem = problem;
        Expected = expected;
    }

    /// <summary>Path of the file at fault.</summary>
    public string File { get; }

    /// <summary>The tensor at fault, or null where none is known or the whole file is meant.</summary>
    public string? TensorName { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What was expected instead.</summary>
    public string Expected { get; }

    /// <summary>Quotes text that stems from a file: at most 120 characters, control characters as U+FFFD.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, LongestQuote)))
        {
            quoted.Append(char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c);
        }

        return quoted.Append(text.Length > LongestQuote ? "…'" : "'").ToString();
    }

    private static string Sentence(string file, string? tensorName, string problem, string expected) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{file}: {(tensorName is null ? "" : $"tensor {Quote(tensorName)} ")}{problem}; expected {expected}.");
}
