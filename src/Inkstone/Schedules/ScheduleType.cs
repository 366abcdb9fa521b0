namespace Inkstone.Schedules;

/// <summary>How the learning rate moves over a run. Every type that warms up does so linearly from 0.</summary>
/// <remarks>
/// In a recipe these are written in snake_case (<c>cosine_with_restarts</c>), which are the names and the formulas of
/// transformers' <c>get_scheduler</c> (src/transformers/optimization.py).
/// </remarks>
public enum ScheduleType
{
    /// <summary>Falls in a straight line to 0 at the last step (Devlin et al. 2019, appendix A.2). The usual choice for BERT.</summary>
    Linear,

    /// <summary>Falls along a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, without the restarts). Half a wave by default.</summary>
    Cosine,

    /// <summary>Falls along a cosine and jumps back to the peak after each cycle (arXiv:1608.03983, section 3).</summary>
    CosineWithRestarts,

    /// <summary>Falls to an end rate as a power of the share of steps that is left.</summary>
    Polynomial,

    /// <summary>Always the peak rate, from the first step on: no warm-up.</summary>
    Constant,

    /// <summary>The peak rate after the warm-up.</summary>
    ConstantWithWarmup,

    /// <summary>Falls with the inverse square root of the step (Vaswani et al. 2017, section 5.3).</summary>
    InverseSqrt,
}
