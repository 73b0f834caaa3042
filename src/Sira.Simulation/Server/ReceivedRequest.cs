namespace Sira.Simulation.Server;

/// <summary>A request as it came over a connection.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and query, or a whole address.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
/// <param name="KeepAlive">Whether the connection is to be kept afterwards.</param>
internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool KeepAlive);
