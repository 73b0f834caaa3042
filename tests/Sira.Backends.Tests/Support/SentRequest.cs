namespace Sira.Backends.Tests.Support;

internal sealed record SentRequest(Uri Address, string Body, IReadOnlyDictionary<string, string> Headers);
