using Sira.Storage.Values;

namespace Sira.Storage.Keys;

/// <summary>A key with its value.</summary>
/// <param name="Name">The key's name in the partition that was asked for.</param>
/// <param name="Entry">The value; empty where the values are left out.</param>
public readonly record struct StoreItem(string Name, StoreEntry Entry);
