namespace Sira.Storage.RocksDb.Native;

/// <summary>Reads one of several values.</summary>
/// <param name="state">What the caller has given.</param>
/// <param name="index">The index of its key.</param>
/// <param name="isThere">Whether there is one.</param>
/// <param name="value">The value, only there during the call.</param>
internal delegate void ValueReader<in TState>(TState state, int index, bool isThere, ReadOnlySpan<byte> value);
