namespace Inkstone.Reporting;

/// <summary>A folder that shall be reported on is no run, or is damaged.</summary>
/// <param name="path">The folder or file.</param>
/// <param name="problem">What is wrong and what to do.</param>
public sealed class InvalidRunException(string path, string problem) : Exception($"{path}: {problem}");
