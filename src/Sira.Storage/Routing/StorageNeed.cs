using Sira.Storage.Capabilities;

namespace Sira.Storage.Routing;

/// <summary>What a part of the application needs of the storage. Register any number as services: at the start all are checked, so that a wrong engine shows then and not at the first use.</summary>
/// <param name="Consumer">Who needs it, as errors name it, such as <c>sessions</c>.</param>
/// <param name="Namespace">For which namespace.</param>
/// <param name="Features">What the engine must be able to do.</param>
/// <param name="Durability">What writes must be able to survive at least.</param>
public sealed record StorageNeed(string Consumer, string Namespace, StorageFeatures Features, StorageDurability Durability = StorageDurability.Process)
{
    /// <summary>Gets where the durability is configured, such as <c>Sira:Sessions:Durability</c>, for the error.</summary>
    /// <value>Default <see langword="null"/>: it is not, so that nobody can ask for less.</value>
    public string? DurabilityPath { get; init; }
}
