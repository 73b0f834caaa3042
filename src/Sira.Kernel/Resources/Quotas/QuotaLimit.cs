namespace Sira.Kernel.Resources.Quotas;

/// <summary>The limit of one kind on one level: what was defined, and the pool that counts it.</summary>
internal sealed record QuotaLimit(ResourcePoolDefinition Definition, ResourcePool Pool);
