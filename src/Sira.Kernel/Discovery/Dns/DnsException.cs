using Sira.Kernel.Errors;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Thrown when DNS does not answer, or answers nonsense, or says that there is no such name.</summary>
/// <param name="message">What was asked, of whom, and what came back.</param>
/// <param name="innerException">The cause, if there is one.</param>
public sealed class DnsException(string message, Exception? innerException = null) : SiraException(message, innerException);
