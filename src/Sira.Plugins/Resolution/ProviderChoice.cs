namespace Sira.Plugins.Resolution;

/// <summary>Why a contract comes from the provider that it comes from. The first reason that applies decides.</summary>
public enum ProviderChoice
{
    /// <summary>No other was left.</summary>
    Only,

    /// <summary>The host prefers it.</summary>
    Preferred,

    /// <summary>The host itself provides the contract.</summary>
    Host,

    /// <summary>It is selected anyway.</summary>
    Selected,

    /// <summary>It is active now.</summary>
    Active,

    /// <summary>It provides the newest version of the contract, or is first by name among those that do.</summary>
    Newest,
}
