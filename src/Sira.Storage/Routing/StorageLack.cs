using Sira.Storage.Capabilities;

namespace Sira.Storage.Routing;

/// <summary>Words what an engine does not have.</summary>
internal static class StorageLack
{
    public static string? Of(StorageCapabilities capabilities, StorageFeatures features, StorageDurability durability) =>
        !capabilities.Has(features) ? $"does not have {features & ~capabilities.Features}"
        : capabilities.MaximumDurability < durability ? $"has writes that survive {capabilities.MaximumDurability} at most, and {durability} is asked"
        : null;
}
