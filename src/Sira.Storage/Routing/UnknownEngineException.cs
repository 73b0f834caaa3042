namespace Sira.Storage.Routing;

/// <summary>There is no engine of this name. A type of its own so that who knows where the name was written can tell this from a mistake of whoever makes an engine.</summary>
internal sealed class UnknownEngineException(string message, string parameter) : ArgumentException(message, parameter);
