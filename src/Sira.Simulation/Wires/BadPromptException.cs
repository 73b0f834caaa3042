namespace Sira.Simulation.Wires;

/// <summary>A request that the real provider would refuse with a 400.</summary>
/// <param name="message">What is wrong, in the provider's words.</param>
/// <param name="parameter">The JSON path of the culprit.</param>
internal sealed class BadPromptException(string message, string? parameter = null) : Exception(message)
{
    /// <summary>Gets the JSON path of the culprit.</summary>
    public string? Parameter { get; } = parameter;
}
