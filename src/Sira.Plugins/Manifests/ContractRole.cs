namespace Sira.Plugins.Manifests;

/// <summary>What a plugin does with a contract. It decides which later versions of the contract the plugin survives (OSGi's semantic versioning).</summary>
public enum ContractRole
{
    /// <summary>It calls the contract. A minor version adds members, which callers do not notice; only a major version breaks them.</summary>
    Consumes,

    /// <summary>It implements the contract. A minor version adds members that it lacks, so already a minor version breaks it.</summary>
    Implements,
}
