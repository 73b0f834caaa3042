using Sira.Storage.Values;

namespace Sira.Storage.State;

/// <summary>A slot that this process holds.</summary>
/// <param name="Id">The slot.</param>
/// <param name="Manifest">What it holds.</param>
/// <param name="Tag">The tag of that: while it stands, nobody else has claimed the slot.</param>
/// <param name="Lease">The tag of the lease.</param>
internal sealed record TakenSlot(Guid Id, SlotManifest Manifest, ETag Tag, ETag Lease);
