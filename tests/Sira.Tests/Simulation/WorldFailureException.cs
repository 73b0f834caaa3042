namespace Sira.Tests.Simulation;

/// <summary>A world broke a promise.</summary>
/// <param name="message">Which, and how to see it again.</param>
/// <param name="broken">The promises.</param>
/// <param name="inner">What happened, if it was an exception.</param>
internal sealed class WorldFailureException(string message, IReadOnlyList<string> broken, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The names of the promises.</summary>
    public IEnumerable<string> Broken => broken.Select(static what => what.Split(':')[0]).Distinct();
}
