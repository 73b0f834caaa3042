namespace Sira.Storage.Events;

/// <summary>A page of streams.</summary>
/// <param name="Streams">The streams, in the order of their names.</param>
/// <param name="Next">Where to read on, see <see cref="Keys.StoreScan.After"/>; <see langword="null"/> at the end.</param>
public readonly record struct StreamPage(IReadOnlyList<StreamInfo> Streams, string? Next);
