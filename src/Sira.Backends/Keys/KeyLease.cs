using Sira.Kernel.Health;

namespace Sira.Backends.Keys;

/// <summary>A key taken from a pool for one request, to be handed back with what became of it.</summary>
/// <param name="Key">The key; <see langword="null"/> when the backend has none.</param>
/// <param name="Permit">The permit of the key's breaker; the default value when the key is broken and nothing better was left.</param>
internal readonly record struct KeyLease(ApiKey? Key, CircuitPermit Permit);
