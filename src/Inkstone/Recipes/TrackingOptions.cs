namespace Inkstone.Recipes;

/// <summary>The <c>tracking</c> section: where the numbers of a run are written.</summary>
public sealed record TrackingOptions
{
    /// <summary>Who else reads the run's numbers; <c>events.jsonl</c> is always written. Default csv and tensorboard; an empty list is <c>[none]</c>.</summary>
    public ValueList<Tracker> ReportTo { get; init; } = [Tracker.Csv, Tracker.Tensorboard];

    /// <summary>Name of the run: how its folder under <c>runs/</c> begins, where no output folder is given, and what W&amp;B calls it. Null: the recipe's, and the folder's.</summary>
    public string? RunName { get; init; }

    internal void Check(Problems problems)
    {
        problems.Require(
            !ReportTo.Contains(Tracker.None) || ReportTo.Count == 1, "tracking.report_to", "none alone, or others", ReportTo, "leave none out");
        problems.Require(ReportTo.Distinct().Count() == ReportTo.Count, "tracking.report_to", "without repetitions", ReportTo, "list each once");
        problems.Require(
            RunName is null || (RunName.Trim() == RunName && RunName.Length is > 0 and <= 128 && RunName is not ("." or "..") && !RunName.Any(c => c is '/' or '\\' || char.IsControl(c))),
            "tracking.run_name", "the name of one folder", RunName,
            "use letters, digits, - and _, or null for a name made of recipe and time");
    }
}

/// <summary>A reader of a run's numbers.</summary>
public enum Tracker
{
    /// <summary><c>log.csv</c>.</summary>
    Csv,

    /// <summary>TensorBoard's event files, in <c>tensorboard/</c>.</summary>
    Tensorboard,

    /// <summary>An offline run of Weights &amp; Biases, in <c>wandb/</c>: <c>wandb sync</c> uploads it.</summary>
    Wandb,

    /// <summary>Nobody.</summary>
    None,
}
