namespace Sira.Simulation.Server;

/// <summary>Bytes that are not HTTP, or more of them than the server takes.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class HttpFormatException(string message) : Exception(message);
