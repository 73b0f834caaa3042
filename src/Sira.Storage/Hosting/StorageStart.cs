namespace Sira.Storage.Hosting;

/// <summary>What an engine that cannot be opened means for the start of the host.</summary>
public enum StorageStart
{
    /// <summary>The host does not start.</summary>
    Require,

    /// <summary>The host starts without it; the first use tries again.</summary>
    Try,
}
