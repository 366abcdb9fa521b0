namespace Inkstone.Cli;

/// <summary>The options of a call do not make sense together.</summary>
internal sealed class WrongCallException(string message) : Exception(message);
