using Inkstone.Checkpoints;
using Inkstone.Torch;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>AdamW's part of a <see cref="TrainingState"/>: both moments and the steps of every parameter that has had a gradient.</summary>
internal static class OptimizerState
{
    private const string ExpAvg = "optimizer.exp_avg.";
    private const string ExpAvgSq = "optimizer.exp_avg_sq.";

    public static void Keep(AdamW optimizer, TrainingState state)
    {
        var steps = optimizer.State.ToDictionary(pair => pair.Key, pair => pair.Value.Step);
        state.Keep("optimizer_steps", ref steps);
        if (state.IsRead)
        {
            Load(optimizer, state, steps);
            return;
        }

        foreach (var (name, moments) in optimizer.State)
        {
            state.Keep(ExpAvg + name, moments.ExpAvg);
            state.Keep(ExpAvgSq + name, moments.ExpAvgSq);
        }
    }

    private static void Load(AdamW optimizer, TrainingState state, Dictionary<string, long> steps)
    {
        using var scope = TensorScope.New();
        var shapes = optimizer.Groups.SelectMany(group => group.Parameters).ToDictionary(parameter => parameter.Name, parameter => parameter.Value.Shape);
        optimizer.LoadState(state.TensorsUnder(ExpAvg).ToDictionary(
            name => name,
            name => new AdamWState(steps[name], state.Read(ExpAvg + name, shapes[name]), state.Read(ExpAvgSq + name, shapes[name]))));
    }
}
