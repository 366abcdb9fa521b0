namespace Inkstone.Cli;

/// <summary>How much of a prediction is shown.</summary>
/// <param name="TopK">Labels for each text, the likeliest first.</param>
/// <param name="TopChunks">Chunks that speak most for the predicted label, with their text.</param>
/// <param name="RejectBelow">The answer is null where the best label's probability is below this, 0 to 1.</param>
internal sealed record PredictionShow(int TopK, int TopChunks = 0, double RejectBelow = 0);
