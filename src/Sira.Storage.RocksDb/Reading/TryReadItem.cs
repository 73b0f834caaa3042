namespace Sira.Storage.RocksDb.Reading;

/// <summary>Reads an entry of a page.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">Its value, only there during the call.</param>
/// <param name="item">What it is.</param>
/// <returns>Whether it belongs to the page.</returns>
internal delegate bool TryReadItem<T>(string name, ReadOnlySpan<byte> value, out T item);
