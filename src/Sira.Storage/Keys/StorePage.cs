namespace Sira.Storage.Keys;

/// <summary>A page of values.</summary>
/// <param name="Items">The values, in the order of their names.</param>
/// <param name="Next">Where to read on, see <see cref="StoreScan.After"/>; <see langword="null"/> at the end.</param>
public readonly record struct StorePage(IReadOnlyList<StoreItem> Items, string? Next);
