namespace Inkstone.Explaining;

/// <summary>Settings of an explanation that cannot be, or that this model cannot have.</summary>
/// <param name="message">What, what was expected, what to do.</param>
public sealed class ExplainingException(string message) : Exception(message);
