using Sira.Kernel.Health;

namespace Sira.Backends;

/// <summary>How one of a backend's API keys is.</summary>
/// <param name="Hint">What may be shown of the key, such as <c>key 2 (…wxyz)</c>; never the key itself.</param>
/// <param name="State">Closed while it works, open while it rests, half-open while one request probes it.</param>
/// <param name="RemainingBreak">How long it still rests; zero unless <paramref name="State"/> is <see cref="CircuitState.Open"/>.</param>
public readonly record struct KeyStatus(string Hint, CircuitState State, TimeSpan RemainingBreak);
