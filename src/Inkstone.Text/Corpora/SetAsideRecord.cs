namespace Inkstone.Text.Corpora;

/// <summary>A record of a data file that could not become a row.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Line">The 1-based line of the record on which the fault stands; in a binary format, the record's 1-based number.</param>
/// <param name="Problem">What is wrong: a clause without a full stop.</param>
public sealed record SetAsideRecord(string File, int Line, string Problem);
