namespace Sira.Plugins.Sources;

/// <summary>How far the content of a plugin can be relied on, the most trusted last.</summary>
public enum PluginTrust
{
    /// <summary>Its content differs from what was signed. It is never loaded.</summary>
    Modified,

    /// <summary>Nobody signed it.</summary>
    Unsigned,

    /// <summary>It is as somebody signed it whom the host does not know as a publisher to trust.</summary>
    Signed,

    /// <summary>A publisher signed it whom the host trusts, or it was compiled into the host.</summary>
    Trusted,
}
