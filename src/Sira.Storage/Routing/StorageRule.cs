using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Routing;

/// <summary>Which engine keeps what. The first rule that matches decides; what none matches is kept by the default engine.</summary>
public sealed record StorageRule
{
    /// <summary>Gets for which namespaces: one by its name, or those that begin alike, such as <c>sessions*</c>.</summary>
    /// <value>Default <c>*</c>: all.</value>
    public string Namespace { get; init; } = "*";

    /// <summary>Gets for whose: a tenant, or those that begin alike.</summary>
    /// <value>Default <see langword="null"/>: for all tenants and for what is nobody's.</value>
    public string? Tenant { get; init; }

    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <see langword="null"/>: the first engine that has what the rule asks for, in the order in which they were added.</value>
    public string? Engine { get; init; }

    /// <summary>Gets what writes must be able to survive at least.</summary>
    /// <value>Default <see cref="StorageDurability.Process"/>.</value>
    public StorageDurability Durability { get; init; }

    /// <summary>Gets what the engine must be able to do.</summary>
    /// <value>Default <see cref="StorageFeatures.None"/>.</value>
    public StorageFeatures Features { get; init; }

    /// <summary>Gets how far away the engine may be.</summary>
    /// <value>Default <see cref="StorageLatency.Network"/>.</value>
    public StorageLatency Latency { get; init; } = StorageLatency.Network;

    /// <summary>Gets how long the longest value is that must find room, in bytes.</summary>
    /// <value>Default 0: any length will do.</value>
    public int ValueLength { get; init; }

    /// <summary>Gets where the rule stands, for errors.</summary>
    internal string Path { get; init; } = nameof(StorageRule);

    /// <summary>Tells whether it decides for a partition.</summary>
    /// <param name="partition">The partition.</param>
    public bool Matches(in StorePartition partition) => MatchesNamespace(partition.Namespace) && (Tenant is null || (partition.Tenant is { } tenant && NamePattern.Matches(Tenant, tenant)));

    /// <summary>Tells whether it decides for some partition of a namespace.</summary>
    internal bool MatchesNamespace(string @namespace) => NamePattern.Matches(Namespace, @namespace);

    /// <summary>Tells what an engine lacks of what is asked; <see langword="null"/> for nothing.</summary>
    internal string? Lack(StorageCapabilities capabilities) => StorageLack.Of(capabilities, Features, Durability)
        ?? (capabilities.Latency > Latency ? $"is {capabilities.Latency} away, and at most {Latency} is asked"
        : capabilities.MaximumValueLength < ValueLength ? $"takes values of {capabilities.MaximumValueLength} bytes at most, and {ValueLength} are asked"
        : null);

    /// <summary>Collects what makes it a rule that decides nothing.</summary>
    internal void Validate(ConfigurationErrors errors)
    {
        if (Namespace != "*" && (Namespace is null || !StorageArguments.IsNamespace(Namespace is [.. var beginning, '*'] ? beginning : Namespace)))
        {
            errors.Add($"{Path}:{nameof(Namespace)}", $"'{Namespace}' matches no namespace.", $"Write the name of one, or how several begin and a '*' behind it, such as sessions*. {StorageArguments.NamespaceFix}");
        }

        if (Engine is null && this is { Durability: StorageDurability.Process, Features: StorageFeatures.None, Latency: StorageLatency.Network, ValueLength: 0 })
        {
            errors.Add(Path, $"the rule for {this} names no engine and asks for nothing.", $"Set {nameof(Engine)}, or what is asked for, such as {nameof(Durability)}; or leave the rule out.");
        }
    }

    /// <summary>Returns the rule as people read it.</summary>
    public override string ToString() => Tenant is null ? $"namespace {Namespace}" : $"namespace {Namespace} of {Tenant}";
}
