namespace Inkstone.Hub;

/// <summary>The hub does not have what was asked for, does not give it, or sent something else; the message says what to do.</summary>
public sealed class HubException : Exception
{
    /// <param name="message">What was asked, what came, and the way out.</param>
    /// <param name="cause">What happened below, where something did.</param>
    public HubException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The hub cannot be reached, or does not answer as it should, however often it is asked.</summary>
public sealed class HubUnreachableException : IOException
{
    /// <param name="message">What was asked, what came, and the ways out.</param>
    /// <param name="cause">What happened below, where something did.</param>
    public HubUnreachableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
